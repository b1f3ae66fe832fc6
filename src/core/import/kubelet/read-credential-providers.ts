import { isApiVersion } from "../../credential-provider/api-version.ts";
import { representativeImage } from "../../credential-provider/representative-image.ts";
import { isJsonObject, type JsonObject } from "../../json/json-object.ts";
import { type Cloud, cloudSourceOf } from "../cloud-source.ts";
import { createFieldReader, placeBelow } from "../field-reader.ts";
import type { Findings, FoundMapping, ImportNote, ImportOptions } from "../found.ts";
import type { InputDocument } from "../input-document.ts";
import { findSecretArguments } from "./plugin-arguments.ts";
import { readPluginEnvironment } from "./plugin-environment.ts";

/** The clouds' own plugins, which pullcred needs for none of their registries. */
const CLOUD_PLUGINS: ReadonlyMap<string, Cloud> = new Map([
  ["ecr-credential-provider", "aws"],
  ["auth-provider-gcp", "google"],
  ["acr-credential-provider", "azure"],
  ["azure-acr-credential-provider", "azure"],
]);
/** The arguments of these plugins that ask for what they do anyway. */
const USUAL = /^(?:get-credentials|--authFlow=gcr|--?v=\d+|--v|\d+)$/;
const FIELDS = [
  "name",
  "matchImages",
  "defaultCacheDuration",
  "apiVersion",
  "args",
  "env",
  "tokenAttributes",
];

/** Reads kubelet's CredentialProviderConfig, of whichever version: they differ in nothing else. */
export function readCredentialProviders(document: InputDocument, options: ImportOptions): Findings {
  const { value, place } = document;
  const notes: ImportNote[] = [];
  if (!Array.isArray(value.providers)) {
    notes.push({ path: `${place}: providers`, message: "must be a list: it was not read" });
    return { mappings: [], notes };
  }
  const mappings = value.providers.flatMap((provider: unknown, index) => {
    if (isJsonObject(provider)) return readProvider(provider, index, place, options, notes);
    notes.push({ path: `${place}: providers[${index}]`, message: "must be an object: it was not read" });
    return [];
  });
  return { mappings, notes };
}

function readProvider(
  provider: JsonObject,
  index: number,
  place: string,
  options: ImportOptions,
  notes: ImportNote[],
): readonly FoundMapping[] {
  const fields = createFieldReader(provider, place, ["providers", index], notes);
  const name = fields.text("name") ?? "";
  fields.noteUnknown(FIELDS);
  if (provider.tokenAttributes !== undefined && provider.tokenAttributes !== null)
    fields.note("tokenAttributes", "pullcred asks as itself, not as the Pod's ServiceAccount");
  const patterns = readTexts(provider.matchImages);
  if (patterns.length === 0) fields.note("matchImages", "has no pattern: nothing was made of the provider");
  const from = placeBelow(place, ["providers", index]);
  const cloud = CLOUD_PLUGINS.get(name);
  if (cloud === undefined) return plugin(provider, name, patterns, from, fields.note);

  const mappings: FoundMapping[] = [];
  const others: string[] = [];
  const unclear = new Set<string>();
  for (const pattern of patterns) {
    const source = cloudSourceOf(pattern, options.region);
    if (source === null || source.cloud !== cloud) others.push(pattern);
    else if (source.kind === "source") mappings.push({ ...source.mapping, from: [from] });
    else if (source.kind === "unclear") unclear.add(source.message);
  }
  for (const message of unclear) fields.note("matchImages", message);
  if (mappings.length > 0) noteIdentity(provider, patterns, options, fields.note);
  return [...mappings, ...(others.length > 0 ? plugin(provider, name, others, from, fields.note) : [])];
}

type Note = (key: string, message: string) => void;

/** What made the plugin another one than it is by default: pullcred's own Pod has an identity of its own. */
function noteIdentity(
  { args, env }: JsonObject,
  patterns: readonly string[],
  { region }: ImportOptions,
  note: Note,
): void {
  const unusual = readTexts(args).filter((arg) => !USUAL.test(arg));
  if (unusual.length > 0)
    note(
      "args",
      "tells the plugin something of its own; as whom pullcred asks is what auth of the mapping says",
    );
  const { env: open, passEnv } = readPluginEnvironment(env);
  const named = [...open.map(({ name }) => name), ...passEnv].filter(
    (one) => !/^(?:HOME|PATH|TZ|LANG)$/.test(one),
  );
  if (named.length > 0)
    note("env", `${named.join(", ")}: as whom pullcred asks is what auth of the mapping says`);
  if (region !== undefined && patterns.some((pattern) => /\.dkr[.-]ecr(?:-fips)?\.\*\./.test(pattern)))
    note("matchImages", `stands for every region, the mapping for ${region}: copy it for each further one`);
}

/** The plugin as it is. */
function plugin(
  provider: JsonObject,
  command: string,
  patterns: readonly string[],
  from: string,
  note: Note,
): readonly FoundMapping[] {
  // A pull secret is for all images of a mapping, so that somebody has to say which registries there are.
  const closed = patterns.filter((pattern) => representativeImage(pattern) !== null);
  for (const pattern of patterns.filter((one) => !closed.includes(one))) {
    const message =
      `${JSON.stringify(pattern)} names no registry that the plugin could be asked for: write the mapping with ` +
      "credentials.exec.image";
    note("matchImages", pattern.includes("@") ? "has a pattern that names no registry" : message);
  }
  if (closed.length === 0) return [];
  const args = readTexts(provider.args);
  const secret = findSecretArguments(args);
  for (const position of secret) note("args", `[${position}] may hold a credential: it was left out`);
  const { env, passEnv } = readPluginEnvironment(provider.env);
  const { apiVersion, defaultCacheDuration } = provider;
  const kept = args.filter((_, position) => !secret.includes(position));
  const exec = {
    command,
    ...(kept.length > 0 && { args: kept }),
    ...(env.length > 0 && { env }),
    ...(passEnv.length > 0 && { passEnv }),
    ...(isApiVersion(apiVersion) && { apiVersion }),
    ...(typeof defaultCacheDuration === "string" && { defaultCacheDuration }),
  };
  const message = `put the program ${command} on the PATH of pullcred`;
  const passing = passEnv.length === 0 ? "" : `, and set ${passEnv.join(", ")} in its Pod`;
  return [
    {
      key: `plugin ${from}`,
      names: [command],
      from: [from],
      matchImages: closed,
      plan: () => ({ credentials: { exec }, steps: [{ path: from, message: message + passing }] }),
    },
  ];
}

function readTexts(list: unknown): readonly string[] {
  return (Array.isArray(list) ? list : []).filter((item): item is string => typeof item === "string");
}
