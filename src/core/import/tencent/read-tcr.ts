import type { Path } from "../../config/problem.ts";
import { isJsonObject, type JsonObject } from "../../json/json-object.ts";
import { createFieldReader, placeBelow } from "../field-reader.ts";
import type { Findings, FoundMapping, ImportNote, ImportOptions } from "../found.ts";
import type { InputDocument } from "../input-document.ts";
import { originFromSecret } from "../origin-command.ts";
import { patternOfServer } from "../server-pattern.ts";

/** The fields of a pull secret in the two forms that the add-on has for them. */
type Fields = { readonly username: string; readonly password: string; readonly server: string };
const OF_OBJECT: Fields = { username: "username", password: "password", server: "server" };
const OF_VALUES: Fields = { username: "dockerUsername", password: "dockerPassword", server: "dockerServer" };

/** One pull secret that Tencent's add-on delivers. */
type Delivered = {
  readonly name: string;
  readonly place: string;
  readonly path: Path;
  /** Says where it goes. */
  readonly scope: JsonObject;
  /** Says what it is. */
  readonly docker: JsonObject;
  readonly dockerPath: Path;
  readonly fields: Fields;
};

/** Reads an ImagePullSecret of tcr.tencentcloudcr.com/v1. */
export function readImagePullSecret({ value, place }: InputDocument, options: ImportOptions): Findings {
  const metadata = isJsonObject(value.metadata) ? value.metadata : {};
  const name = typeof metadata.name === "string" ? metadata.name : "";
  const { spec } = value;
  if (!isJsonObject(spec) || !isJsonObject(spec.docker)) {
    const path = isJsonObject(spec) ? ["spec", "docker"] : ["spec"];
    return { mappings: [], notes: [{ path: placeBelow(place, path), message: "must be an object" }] };
  }
  const path = ["spec"];
  return deliver(
    {
      name,
      place,
      path,
      scope: spec,
      docker: spec.docker,
      dockerPath: ["spec", "docker"],
      fields: OF_OBJECT,
    },
    options,
  );
}

/** Reads the values that the add-on is installed with. */
export function readTcrValues({ value, place }: InputDocument, options: ImportOptions): Findings {
  const global = isJsonObject(value.global) ? value.global : {};
  const lists = ["imagePullSecretsCrs", "imagePullSecrets"].map((key) =>
    readList(global[key], key, place, options),
  );
  const notes = lists.flatMap((list) => list.notes);
  if (Array.isArray(global.hosts) && global.hosts.length > 0) {
    const message =
      "pullcred does not change /etc/hosts of nodes: let DNS answer for the registry's private host";
    notes.push({ path: `${place}: global.hosts`, message });
  }
  return { mappings: lists.flatMap((list) => list.mappings), notes };
}

function readList(list: unknown, key: string, place: string, options: ImportOptions): Findings {
  if (list === undefined || list === null) return { mappings: [], notes: [] };
  if (!Array.isArray(list))
    return { mappings: [], notes: [{ path: `${place}: global.${key}`, message: "must be a list" }] };
  const read = list.map((item: unknown, index): Findings => {
    const path = ["global", key, index];
    if (!isJsonObject(item))
      return { mappings: [], notes: [{ path: placeBelow(place, path), message: "must be an object" }] };
    const isNested = isJsonObject(item.docker);
    const docker = isJsonObject(item.docker) ? item.docker : item;
    const name = typeof item.name === "string" ? item.name : "";
    const dockerPath = isNested ? [...path, "docker"] : path;
    const fields = isNested ? OF_OBJECT : OF_VALUES;
    return deliver({ name, place, path, scope: item, docker, dockerPath, fields }, options);
  });
  return { mappings: read.flatMap(({ mappings }) => mappings), notes: read.flatMap(({ notes }) => notes) };
}

function deliver(delivered: Delivered, options: ImportOptions): Findings {
  const { place, path, fields } = delivered;
  const notes: ImportNote[] = [];
  const scope = createFieldReader(delivered.scope, place, path, notes);
  const docker = createFieldReader(delivered.docker, place, delivered.dockerPath, notes);
  const type = scope.text("type");
  if (type !== undefined && type !== "docker") scope.note("type", "must be docker");
  const server = docker.text(fields.server);
  const found = server === undefined ? undefined : patternOfServer(server);
  if (found === undefined) docker.note(fields.server, "is missing: nothing was made of it");
  else if (!found.ok) docker.note(fields.server, `${found.message}: nothing was made of it`);
  for (const field of [fields.username, fields.password]) {
    if (docker.text(field) === undefined)
      docker.note(field, "is missing: no registry accepts the credential");
  }
  const accounts = scope.texts("serviceAccounts") ?? [];
  if (accounts.length > 0 && !accounts.includes("*")) {
    const message =
      "every Pod with an image of the registry gets the pull secret, whatever its ServiceAccount";
    scope.note("serviceAccounts", message);
  }
  const names = scope.texts("namespaces") ?? [];
  const include = names.length === 0 || names.includes("*") ? ["*"] : names;
  const mappings = found?.ok ? [toMapping(delivered, found.pattern, include, options)] : [];
  return { mappings, notes };
}

function toMapping(
  { name, place, path }: Delivered,
  pattern: string,
  include: readonly string[],
  { ownNamespace }: ImportOptions,
): FoundMapping {
  const from = placeBelow(place, path);
  // The add-on has put the credential there, so that nobody has to look for the password.
  const standing = {
    namespace: include.includes("*") ? "default" : (include[0] ?? "default"),
    name: `tcr.ips${name}`,
  };
  return {
    key: `tcr ${from}`,
    names: [name, "tcr"],
    from: [from],
    matchImages: [pattern],
    include,
    plan(mapping) {
      const origin = `${mapping}-creds`;
      const command = originFromSecret(ownNamespace, origin, standing);
      const message = `make the Secret ${origin} of the one that the add-on has delivered`;
      return { credentials: { secretRef: { name: origin } }, steps: [{ path: from, message, command }] };
    },
  };
}
