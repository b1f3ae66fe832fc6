import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import type { ValuePath } from "../manifest/manifest-object.ts";
import { createPlaceFinder } from "../manifest/place-finder.ts";
import { type ManifestProblem, toProblems } from "../manifest/problem.ts";
import { readDocuments } from "../manifest/read-documents.ts";
import { NAMESPACE_NAME_LABEL, type Namespace } from "../namespace/namespace.ts";
import type { Secret } from "../secret/secret.ts";

/** An object of a manifest, and the means to say where in it something stands. */
export type PlacedObject = {
  readonly object: JsonObject;
  /** Where a value of the object is, with the name of the text: `shop.yaml:6:21`. */
  place(path: ValuePath): string;
};

/** The objects of a stream of manifests, those in lists included; or why it cannot be read. */
export type ReadObjects =
  | { readonly ok: true; readonly objects: readonly PlacedObject[] }
  | { readonly ok: false; readonly problems: readonly ManifestProblem[] };

/** Reads manifests, or what `kubectl get -o yaml|json` prints; `name` is what people know the text by. */
export function readObjects(text: string, name: string): ReadObjects {
  const find = createPlaceFinder(name, text);
  const toPlaced =
    (document: number) =>
    ({ object, path }: Found): PlacedObject => ({
      object,
      place: (inner) => find(document, [...path, ...inner]),
    });
  const value = parseWhole(text);
  if (value !== undefined) return { ok: true, objects: flatten(value, []).map(toPlaced(0)) };
  const read = readDocuments(text);
  if (!read.ok) return { ok: false, problems: toProblems(text, read.flaws) };
  const objects = read.documents.flatMap((document, index) =>
    flatten(document.value, []).map(toPlaced(index)),
  );
  return { ok: true, objects };
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

type Found = { readonly object: JsonObject; readonly path: ValuePath };

function flatten(value: unknown, path: ValuePath): readonly Found[] {
  if (!isJsonObject(value)) return [];
  const { kind, apiVersion, items } = value;
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) {
    return [{ object: value, path }];
  }
  // In a PodList the items need not say what they are.
  const inherited = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
  return items.flatMap((item: unknown, index) =>
    isJsonObject(item) ? flatten({ ...inherited, ...item }, [...path, "items", index]) : [],
  );
}

function stringsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  const strings = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(strings);
}
