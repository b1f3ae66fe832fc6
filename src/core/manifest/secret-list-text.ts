import type { PullSecretField } from "./pull-secret-field.ts";

/** YAML reads these plain words as something else than text. */
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/;

/** Pull secrets as a flow list of YAML. */
export function flowList(names: readonly string[], field: PullSecretField): string {
  return `[${names.map((name) => flowItem(name, field)).join(", ")}]`;
}

/** One pull secret as an item of a flow list of YAML. */
export function flowItem(name: string, { items }: PullSecretField): string {
  return items === "references" ? `{name: ${yamlName(name)}}` : yamlName(name);
}

/** Pull secrets as the items of a block list, each on a line of its own. */
export function blockItems(
  names: readonly string[],
  { items }: PullSecretField,
  indent: string,
  newline: string,
): string {
  const start = items === "references" ? "- name: " : "- ";
  return names.map((name) => `${indent}${start}${yamlName(name)}${newline}`).join("");
}

// Plain where that is safe.
function yamlName(name: string): string {
  return /^[a-z][a-z0-9.-]*$/.test(name) && !WORDS.test(name) ? name : JSON.stringify(name);
}
