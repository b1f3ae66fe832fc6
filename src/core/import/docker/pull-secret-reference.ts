import { isJsonObject, type JsonObject } from "../../json/json-object.ts";
import type { InputDocument } from "../input-document.ts";

/** A pull secret that a ServiceAccount names. */
export type Reference = {
  readonly place: string;
  readonly namespace: string;
  readonly account: string;
  readonly secret: string;
};

/** What a ServiceAccount's `imagePullSecrets` names. `fallback` is the namespace of manifests that name none. */
export function readReferences({ value, place }: InputDocument, fallback: string): readonly Reference[] {
  const metadata: JsonObject = isJsonObject(value.metadata) ? value.metadata : {};
  const namespace = typeof metadata.namespace === "string" ? metadata.namespace : fallback;
  const account = typeof metadata.name === "string" ? metadata.name : "";
  const named: readonly unknown[] = Array.isArray(value.imagePullSecrets) ? value.imagePullSecrets : [];
  return named.flatMap((entry, index) =>
    isJsonObject(entry) && typeof entry.name === "string" && entry.name !== ""
      ? [{ place: `${place}: imagePullSecrets[${index}]`, namespace, account, secret: entry.name }]
      : [],
  );
}
