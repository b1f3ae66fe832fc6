import { isJsonObject } from "../../json/json-object.ts";
import { type Problem, warning } from "../problem.ts";

/** A config without mappings is what a fresh installation starts with; it does nothing. */
export function checkNoRegistries(value: unknown): readonly Problem[] {
  const isEmpty = isJsonObject(value) && Array.isArray(value.registries) && value.registries.length === 0;
  return isEmpty ? [warning(["registries"], "has no item, so no Pod gets a pull secret")] : [];
}
