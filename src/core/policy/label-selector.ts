import type { LabelRequirement, LabelSelector } from "../config/schema.ts";

/** The labels of an object. */
export type Labels = Readonly<Record<string, string>>;

/** Makes the predicate that a LabelSelector stands for, as apimachinery evaluates it. An empty one matches all. */
export function compileLabelSelector(selector: LabelSelector): (labels: Labels) => boolean {
  const equalities = Object.entries(selector.matchLabels ?? {});
  const requirements = (selector.matchExpressions ?? []).map(compileRequirement);
  if (isEmpty(selector)) return () => true;
  return (labels) =>
    equalities.every(([key, value]) => labelOf(labels, key) === value) &&
    requirements.every((holds) => holds(labels));
}

/** Whether it selects whatever there is, with whatever labels. */
export function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

function compileRequirement({ key, operator, values }: LabelRequirement): (labels: Labels) => boolean {
  const listed = new Set<string | undefined>(values);
  switch (operator) {
    case "In":
      return (labels) => listed.has(labelOf(labels, key));
    case "NotIn": // also without the label
      return (labels) => !listed.has(labelOf(labels, key));
    case "Exists":
      return (labels) => Object.hasOwn(labels, key);
    case "DoesNotExist":
      return (labels) => !Object.hasOwn(labels, key);
  }
}

/** `constructor` is a valid label key, and every object inherits something under it. */
function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
