import type { LabelRequirement, LabelSelector } from "../schema.ts";

/** What can be said of a LabelSelector without knowing any labels. */
export type SelectorAnalysis = {
  /** Why nothing can satisfy it; null where something can. */
  readonly contradiction: string | null;
  /** The labels that only some values satisfy, with those values. */
  readonly required: ReadonlyMap<string, readonly string[]>;
};

/**
 * Takes the conditions on each label together. A contradiction is certain: each label has its own conditions, and they
 * come down to whether the label is there and which values are left.
 */
export function analyzeSelector(selector: LabelSelector): SelectorAnalysis {
  const required = new Map<string, readonly string[]>();
  for (const [key, conditions] of groupByKey(selector)) {
    const values = possibleValues(conditions);
    const mustBeAbsent = conditions.some(({ operator }) => operator === "DoesNotExist");
    const mustBePresent = conditions.some(({ operator }) => operator === "In" || operator === "Exists");
    const label = `the label ${JSON.stringify(key)}`;
    if (mustBeAbsent && mustBePresent) {
      return { contradiction: `${label} must both exist and not exist`, required };
    }
    if (values === null) continue;
    if (values.length === 0) return { contradiction: `no value is left for ${label}`, required };
    required.set(key, values);
  }
  return { contradiction: null, required };
}

/** The conditions on each label; `a: b` in matchLabels is `a In [b]`. */
function groupByKey(selector: LabelSelector): ReadonlyMap<string, readonly LabelRequirement[]> {
  const equalities = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]): LabelRequirement => ({ key, operator: "In", values: [value] }),
  );
  return Map.groupBy([...equalities, ...(selector.matchExpressions ?? [])], ({ key }) => key);
}

/** The values that all conditions on one label leave; null where they only take some away. */
function possibleValues(conditions: readonly LabelRequirement[]): readonly string[] | null {
  const [first, ...others] = valueLists(conditions, "In");
  if (first === undefined) return null;
  const taken = new Set(valueLists(conditions, "NotIn").flat());
  return first.filter((value) => !taken.has(value) && others.every((list) => list.includes(value)));
}

/** An empty list is a mistake that another rule reports. */
function valueLists(
  conditions: readonly LabelRequirement[],
  wanted: LabelRequirement["operator"],
): readonly (readonly string[])[] {
  return conditions.flatMap(({ operator, values = [] }) =>
    operator === wanted && values.length > 0 ? [values] : [],
  );
}
