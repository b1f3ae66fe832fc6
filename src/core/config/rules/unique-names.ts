import { error, type Problem } from "../problem.ts";
import type { MappingDraft } from "./draft.ts";

/** Two mappings of one name could not be told apart; two of one Secret would overwrite each other's credentials. */
export function checkUniqueNames(drafts: readonly MappingDraft[]): readonly Problem[] {
  return [...findRepeated(drafts, "name"), ...findRepeated(drafts, "secretName")];
}

function findRepeated(drafts: readonly MappingDraft[], key: "name" | "secretName"): readonly Problem[] {
  const first = new Map<string, MappingDraft>();
  const problems: Problem[] = [];
  for (const draft of drafts) {
    const value = draft[key];
    if (value === null) continue;
    const other = first.get(value);
    if (other === undefined) first.set(value, draft);
    // Where the names are the same too, that is the mistake to mend.
    else if (key === "name" || draft.name !== other.name) {
      const message = `${JSON.stringify(value)} is already the ${key} of registries[${other.index}]; give each its own`;
      problems.push(error(["registries", draft.index, key], message));
    }
  }
  return problems;
}
