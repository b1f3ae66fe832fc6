import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/** Where a value is inside a document: the keys and indexes that lead to it. */
export type ValuePath = readonly (string | number)[];

/** An object of a document, and what it is. */
export type ManifestObject = {
  readonly object: JsonObject;
  readonly kind: string;
  readonly group: string;
  /** Where it is in the document. */
  readonly path: ValuePath;
};

/** By what people know an object. */
export type ObjectName = {
  readonly kind: string;
  readonly name: string | null;
  readonly namespace: string | null;
};

type TypeMeta = { readonly apiVersion: unknown; readonly kind: unknown };

const LIST = /^(.*)List$/;

/** The objects of a document: the one that it is, or the items of a list. */
export function findObjects(document: unknown): readonly ManifestObject[] {
  return findIn(document, [], undefined);
}

/** What an object of this kind calls itself. */
export function nameOf({ metadata }: JsonObject, kind: string): ObjectName {
  const { name, namespace } = isJsonObject(metadata) ? metadata : {};
  return { kind, name: textOrNull(name), namespace: textOrNull(namespace) };
}

function findIn(value: unknown, path: ValuePath, inherited: TypeMeta | undefined): readonly ManifestObject[] {
  if (!isJsonObject(value)) return [];
  // An item of a typed list, such as a PodList, need not say what it is.
  const { apiVersion = inherited?.apiVersion, kind = inherited?.kind } = value;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
  const [, itemKind] = LIST.exec(kind) ?? [];
  if (itemKind !== undefined && Array.isArray(value.items)) {
    const meta = itemKind === "" ? undefined : { apiVersion, kind: itemKind };
    return value.items.flatMap((item: unknown, index) => findIn(item, [...path, "items", index], meta));
  }
  return [{ object: value, kind, group: groupOf(apiVersion), path }];
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/", 1)[0] ?? "") : "";
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
