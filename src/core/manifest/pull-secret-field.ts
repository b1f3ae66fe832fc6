import { type AddOperation, pullSecretPatch } from "../admission/patch.ts";
import type { JsonObject } from "../json/json-object.ts";
import { presentNames } from "./pod-template.ts";

/** The key of a spec that lists its pull secrets, as `{name: x}` or by their bare names. */
export type PullSecretField = { readonly key: string; readonly items: "references" | "names" };

/** The field of Pods, and of what is made after them. */
export const IMAGE_PULL_SECRETS: PullSecretField = { key: "imagePullSecrets", items: "references" };

/** The names in a spec's list. */
export function namesIn(spec: JsonObject, { key, items }: PullSecretField): readonly string[] {
  const list = spec[key];
  if (items === "references") return presentNames(list);
  return Array.isArray(list) ? list.filter((name) => typeof name === "string") : [];
}

/** A list of these names alone. */
export function toList(names: readonly string[], { items }: PullSecretField): readonly unknown[] {
  return items === "references" ? names.map((name) => ({ name })) : names;
}

/** The operations that append names, none of which the list has yet. */
export function fieldPatch(
  spec: JsonObject,
  field: PullSecretField,
  names: readonly string[],
  specPath: string,
): readonly AddOperation[] {
  const existing = spec[field.key];
  if (field.items === "references") return pullSecretPatch(existing, names, specPath);
  if (names.length === 0) return [];
  const path = `${specPath}/${field.key}`;
  if (!Array.isArray(existing) || existing.length === 0) return [{ op: "add", path, value: names }];
  return names.map((value) => ({ op: "add", path: `${path}/-`, value }));
}
