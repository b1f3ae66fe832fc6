import { error, type Problem } from "../problem.ts";
import type { LabelRequirement } from "../schema.ts";
import type { MappingDraft } from "./draft.ts";

/** The API server's rule for LabelSelectors: some operators need values, the others must have none. */
export function checkSelectorValues(drafts: readonly MappingDraft[]): readonly Problem[] {
  return drafts.flatMap(({ index, namespaces }) =>
    (namespaces.selector?.matchExpressions ?? []).flatMap((requirement, position) => {
      const message = explain(requirement);
      const path = ["registries", index, "namespaces", "selector", "matchExpressions", position, "values"];
      return message === null ? [] : [error(path, message)];
    }),
  );
}

function explain({ operator, values = [] }: LabelRequirement): string | null {
  const needsValues = operator === "In" || operator === "NotIn";
  if (needsValues && values.length === 0)
    return `must have at least one value, because the operator is ${operator}`;
  if (!needsValues && values.length > 0) {
    return `must not be written, because the operator is ${operator}; to compare values use In or NotIn`;
  }
  return null;
}
