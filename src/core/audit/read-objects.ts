import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { type ManifestProblem, toProblems } from "../manifest/problem.ts";
import { readDocuments } from "../manifest/read-documents.ts";
import { NAMESPACE_NAME_LABEL, type Namespace } from "../namespace/namespace.ts";
import type { Secret } from "../secret/secret.ts";

/** The objects of a stream of manifests, those in lists included; or why it cannot be read. */
export type ReadObjects =
  | { readonly ok: true; readonly objects: readonly JsonObject[] }
  | { readonly ok: false; readonly problems: readonly ManifestProblem[] };

/** Reads manifests, or what `kubectl get -o yaml|json` prints. */
export function readObjects(text: string): ReadObjects {
  const value = parseWhole(text);
  if (value !== undefined) return { ok: true, objects: flatten(value) };
  const read = readDocuments(text);
  if (!read.ok) return { ok: false, problems: toProblems(text, read.flaws) };
  return { ok: true, objects: read.documents.flatMap((document) => flatten(document.value)) };
}

/** A Secret as its manifest has it; undefined where it has no name. `stringData` wins, as in the API server. */
export function manifestSecret(object: JsonObject, fallback: string): Secret | undefined {
  const { name, namespace, labels, annotations } = metadataOf(object);
  if (typeof name !== "string") return undefined;
  const { type, data, stringData } = object;
  const plain = Object.entries(stringsOf(stringData)).map(([key, value]) => [
    key,
    Buffer.from(value).toString("base64"),
  ]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace: typeof namespace === "string" ? namespace : fallback,
      labels: stringsOf(labels),
      annotations: stringsOf(annotations),
    },
    ...(typeof type === "string" && { type }),
    data: { ...stringsOf(data), ...Object.fromEntries(plain) },
  };
}

/** A namespace as its manifest has it. */
export function manifestNamespace(object: JsonObject): Namespace {
  const { name, labels, annotations } = metadataOf(object);
  const text = String(name);
  return {
    name: text,
    labels: { ...stringsOf(labels), [NAMESPACE_NAME_LABEL]: text },
    annotations: stringsOf(annotations),
    terminating: false,
  };
}

/** The metadata of an object; empty where it has none. */
export function metadataOf({ metadata }: JsonObject): JsonObject {
  return isJsonObject(metadata) ? metadata : {};
}

/** JSON of a whole cluster is read a hundred times faster by itself than as YAML, which it is too. */
function parseWhole(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function flatten(value: unknown): readonly JsonObject[] {
  if (!isJsonObject(value)) return [];
  const { kind, apiVersion, items } = value;
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [value];
  // In a PodList the items need not say what they are.
  const inherited = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
  return items.filter(isJsonObject).flatMap((item) => flatten({ ...inherited, ...item }));
}

function stringsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  const strings = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(strings);
}
