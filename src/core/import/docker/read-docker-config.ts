import { readFields } from "../../credential/docker-config.ts";
import { keyringKey } from "../../credential/keyring.ts";
import { placeOfServer } from "../../credential/server-name.ts";
import { isJsonObject } from "../../json/json-object.ts";
import { type Cloud, cloudSourceOf } from "../cloud-source.ts";
import type { Findings, FoundMapping, ImportNote, ImportOptions, PlannedSource } from "../found.ts";
import type { InputDocument } from "../input-document.ts";
import { originFromFile } from "../origin-command.ts";
import { patternOfServer } from "../server-pattern.ts";
import { type RegistryEntries, readRegistryEntries } from "./registry-entries.ts";

/** The helpers of the clouds, for whose registries pullcred needs none. */
const CLOUD_HELPERS: ReadonlyMap<string, Cloud> = new Map([
  ["ecr-login", "aws"],
  ["gcloud", "google"],
  ["gcr", "google"],
  ["acr-env", "azure"],
  ["acr-helper", "alibaba"],
]);
/** Where the mapping expects the file. */
const MOUNTED = "/etc/pullcred/docker/config.json";

/** A registry whose credential a helper has. */
type Helped = { readonly pattern: string; readonly suffix: string };

/** Reads a docker config.json, as `docker login` writes it. */
export function readDockerConfig({ value, place, file }: InputDocument, options: ImportOptions): Findings {
  const { auths, credsStore, credHelpers, httpHeaders } = readFields(value);
  const notes: ImportNote[] = [];
  if (auths !== null && !isJsonObject(auths))
    notes.push({ path: `${place}: auths`, message: "must be an object: it was not read" });
  if (isJsonObject(httpHeaders) && Object.keys(httpHeaders).length > 0)
    notes.push({ path: `${place}: HttpHeaders`, message: "kubelet sends no headers of the file" });
  const entries = readRegistryEntries(isJsonObject(auths) ? auths : {}, "auths", place, options.region);
  notes.push(...entries.notes);
  const helpers = planHelpers(credHelpers, credsStore, entries, place, notes);
  const renewed: FoundMapping[] = entries.renewed.map(({ mapping }) => ({
    ...mapping,
    from: [`${place}: auths`],
  }));
  const helped: Helped[] = [];
  for (const { pattern, suffix } of helpers) {
    const source = cloudSourceOf(pattern, options.region);
    const isClouds = source?.kind === "source" && CLOUD_HELPERS.get(suffix) === source.cloud;
    if (isClouds) renewed.push({ ...source.mapping, from: [`${place}: credHelpers`] });
    else helped.push({ pattern, suffix });
  }
  const own = ownMapping(entries, helped, { place, ...(file !== undefined && { file }) }, options);
  return { mappings: [...own, ...renewed], notes };
}

/** Reads a `.dockercfg`, the older form of the file. */
export function readDockercfg({ value, place, file }: InputDocument, options: ImportOptions): Findings {
  const entries = readRegistryEntries(value, "", place, options.region);
  const notes = [...entries.notes, ...noteEmpty(entries.empty, "", place)];
  const renewed = entries.renewed.map(({ mapping }) => ({ ...mapping, from: [place] }));
  if (entries.lasting.length === 0) return { mappings: renewed, notes };
  const plan = planOrigin(place, file, ".dockercfg", options, renewed.length > 0);
  return { mappings: [fileMapping(place, entries.lasting, plan), ...renewed], notes };
}

/** Which helper has the credential of which registry; what neither a helper nor the file has is noted. */
function planHelpers(
  credHelpers: unknown,
  credsStore: unknown,
  { empty, lasting }: RegistryEntries,
  place: string,
  notes: ImportNote[],
): readonly Helped[] {
  const byServer = new Map<string, string>();
  if (typeof credsStore === "string" && credsStore !== "") {
    for (const server of empty.keys()) byServer.set(server, credsStore);
    if (empty.size === 0 && lasting.length === 0) {
      const message =
        "the file lists no registry of this store: write a mapping with configFile and matchImages";
      notes.push({ path: `${place}: credsStore`, message });
    }
  }
  for (const [server, suffix] of Object.entries(isJsonObject(credHelpers) ? credHelpers : {})) {
    if (typeof suffix === "string" && suffix !== "") byServer.set(server, suffix);
    else
      notes.push({
        path: `${place}: ${placeOfServer("credHelpers", server)}`,
        message: "must be a helper's name",
      });
  }
  // docker names a registry there with a scheme and here without one.
  const helped = new Set([...byServer.keys()].map(keyringKey));
  notes.push(
    ...noteEmpty(new Map([...empty].filter(([server]) => !helped.has(keyringKey(server)))), "auths", place),
  );
  return [...byServer].flatMap(([server, suffix]) => {
    const found = patternOfServer(server);
    if (found.ok) return [{ pattern: found.pattern, suffix }];
    notes.push({ path: `${place}: ${placeOfServer("credHelpers", server)}`, message: found.message });
    return [];
  });
}

function noteEmpty(empty: ReadonlyMap<string, string>, path: string, place: string): readonly ImportNote[] {
  return [...empty].map(([server, message]) => ({
    path: `${place}: ${placeOfServer(path, server)}`,
    message,
  }));
}

/** The mapping of what the file itself has, or its helpers. */
function ownMapping(
  { lasting, renewed }: RegistryEntries,
  helped: readonly Helped[],
  { place, file }: { readonly place: string; readonly file?: string },
  options: ImportOptions,
): readonly FoundMapping[] {
  if (helped.length === 0) {
    if (lasting.length === 0) return [];
    const plan = planOrigin(place, file, ".dockerconfigjson", options, renewed.length > 0);
    return [fileMapping(place, lasting, plan)];
  }
  const programs = [...new Set(helped.map(({ suffix }) => `docker-credential-${suffix}`))].join(", ");
  const message = `mount the file into pullcred's Pod as ${MOUNTED}, and put ${programs} on its PATH`;
  const plan = (): PlannedSource => ({
    credentials: { configFile: { path: MOUNTED } },
    steps: [{ path: place, message }],
  });
  return [fileMapping(place, [...lasting, ...helped.map(({ pattern }) => pattern)], plan)];
}

function fileMapping(
  place: string,
  matchImages: readonly string[],
  plan: (name: string) => PlannedSource,
): FoundMapping {
  return { key: `file ${place}`, names: ["docker-config"], from: [place], matchImages, plan };
}

function planOrigin(
  place: string,
  file: string | undefined,
  key: ".dockerconfigjson" | ".dockercfg",
  { ownNamespace }: ImportOptions,
  hasTokens: boolean,
): (name: string) => PlannedSource {
  return (name) => {
    const origin = `${name}-creds`;
    const command = originFromFile(ownNamespace, origin, file ?? "FILE", key);
    const rest = hasTokens ? ", after taking the tokens that end by themselves out of the file" : "";
    const steps = [{ path: place, message: `make the Secret ${origin} of the file${rest}`, command }];
    return { credentials: { secretRef: { name: origin } }, steps };
  };
}
