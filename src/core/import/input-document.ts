import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { type ManifestProblem, toProblems } from "../manifest/problem.ts";
import { readDocuments } from "../manifest/read-documents.ts";
import type { ImportNote } from "./found.ts";

/** One object of the input: a document, or an item of a List. */
export type InputDocument = {
  /** The file, and the object in it. */
  readonly place: string;
  /** The file, as commands have to name it; undefined where there is none. */
  readonly file?: string;
  readonly value: JsonObject;
};

/** The objects of an input, or why it cannot be read. */
export type ReadInput =
  | { readonly ok: true; readonly documents: readonly InputDocument[]; readonly notes: readonly ImportNote[] }
  | { readonly ok: false; readonly problems: readonly ManifestProblem[] };

/** Reads a stream of YAML documents or JSON values. `name` is what people know the input by. */
export function readInputDocuments(name: string, text: string, file?: string): ReadInput {
  const read = readDocuments(text);
  if (!read.ok) return { ok: false, problems: toProblems(text, read.flaws).map(withoutUserinfo) };
  const filled = read.documents.filter(({ value }) => value !== null && value !== undefined);
  const documents: InputDocument[] = [];
  const notes: ImportNote[] = [];
  for (const [index, { value }] of filled.entries()) {
    const place = filled.length === 1 ? name : `${name}: document ${index + 1}`;
    if (isJsonObject(value))
      documents.push(...listObjects(value, name, place).map((document) => withFile(document, file)));
    else notes.push({ path: place, message: "is no object: there is nothing to import in it" });
  }
  return { ok: true, documents, notes };
}

/** An object of a cluster, as an API server gives it. */
export function clusterDocument(value: JsonObject): InputDocument {
  return { place: `cluster: ${describeObject(value) ?? "object"}`, value };
}

/** The items of a List, which `kubectl get -o yaml` prints, or the object itself. */
function listObjects(value: JsonObject, name: string, place: string): readonly InputDocument[] {
  const { kind, items } = value;
  if (typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)) {
    // In a SecretList the items need not say what they are.
    const inherited = kind === "List" ? {} : { kind: kind.slice(0, -"List".length) };
    return items
      .filter(isJsonObject)
      .flatMap((item, index) => listObjects({ ...inherited, ...item }, name, `${place}: items[${index}]`));
  }
  const object = describeObject(value);
  return [{ place: object === null ? place : `${name}: ${object}`, value }];
}

function withFile(document: InputDocument, file: string | undefined): InputDocument {
  return file === undefined ? document : { ...document, file };
}

function describeObject({ kind, metadata }: JsonObject): string | null {
  if (typeof kind !== "string" || !isJsonObject(metadata) || typeof metadata.name !== "string") return null;
  const { name, namespace } = metadata;
  return `${kind} ${typeof namespace === "string" ? `${namespace}/` : ""}${name}`;
}

/** A message may name a key, and a key of `auths` may be written with a password in it. */
function withoutUserinfo(problem: ManifestProblem): ManifestProblem {
  return { ...problem, message: problem.message.replace(/"(?:[^"\\]|\\.)*@/g, '"') };
}
