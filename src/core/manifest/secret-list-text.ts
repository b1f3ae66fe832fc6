/** YAML reads these plain words as something else than text. */
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/;

/** Pull secrets as a flow list of YAML. */
export function flowList(names: readonly string[]): string {
  return `[${names.map(flowItem).join(", ")}]`;
}

/** One pull secret as a flow map of YAML. */
export function flowItem(name: string): string {
  return `{name: ${yamlName(name)}}`;
}

/** Pull secrets as the items of a block list, each on a line of its own. */
export function blockItems(names: readonly string[], indent: string, newline: string): string {
  return names.map((name) => `${indent}- name: ${yamlName(name)}${newline}`).join("");
}

// Plain where that is safe.
function yamlName(name: string): string {
  return /^[a-z][a-z0-9.-]*$/.test(name) && !WORDS.test(name) ? name : JSON.stringify(name);
}
