import type { FoundMapping } from "./found.ts";

/** Leaves room for what is made of a name: a prefix, a number, an ending. */
const LONGEST = 50;

/** Gives each mapping a name of its own; the same input always gets the same ones. */
export function nameMappings(mappings: readonly FoundMapping[]): readonly string[] {
  const taken = new Set<string>();
  return mappings.map(({ names }) => {
    const name = chooseName(names.map(toLabel), taken);
    taken.add(name);
    return name;
  });
}

function chooseName(wanted: readonly string[], taken: ReadonlySet<string>): string {
  const free = wanted.find((name) => name !== "" && !taken.has(name));
  if (free !== undefined) return free;
  const base = wanted.find((name) => name !== "") ?? "registry";
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  return name;
}

/** What is left of a text as a DNS label; empty where that is nothing. */
function toLabel(text: string): string {
  return text
    .slice(0, 4 * LONGEST)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST)
    .replace(/^-|-$/g, "");
}
