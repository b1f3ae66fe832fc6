import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/** Who manages an object, of its `ownerReferences`: at most one is its controller. */
export function findController(references: unknown): JsonObject | undefined {
  const owners: readonly unknown[] = Array.isArray(references) ? references : [];
  return owners.filter(isJsonObject).find(({ controller }) => controller === true);
}
