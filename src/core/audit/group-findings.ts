import { parseImageReference } from "../image/reference.ts";
import { type Finding, FindingKind, SEVERITIES, type Severity } from "./finding.ts";

/** Findings that are the same for all Pods of an owner, with the first of them as the example. */
export type FindingGroup = { readonly example: Finding; readonly count: number };

/** Counts of findings, as `summary` has them. */
export type FindingCounts = Readonly<Record<Severity, number>> & {
  readonly kinds: Readonly<Record<string, number>>;
};

/** Nobody reads more lines; what they take in memory is a few MiB. */
const MOST_GROUPS = 1_000;

/** Brings findings together while they come. */
export type FindingGroups = {
  add(finding: Finding): void;
  /** The worst first, then by kind and namespace; of each severity those that came first. */
  list(): readonly FindingGroup[];
  /** How many findings are in no group, because there were too many groups of their severity. */
  others(): number;
};

/** Starts empty. `most` is how many groups of one severity are kept. */
export function createFindingGroups(most = MOST_GROUPS): FindingGroups {
  const groups: Readonly<Record<Severity, Map<string, { readonly example: Finding; count: number }>>> = {
    error: new Map(),
    warning: new Map(),
    info: new Map(),
  };
  let others = 0;
  return {
    add(finding) {
      const key = keyOf(finding);
      const same = groups[finding.severity];
      const group = same.get(key);
      if (group !== undefined) group.count += 1;
      else if (same.size < most) same.set(key, { example: finding, count: 1 });
      else others += 1;
    },
    list: () =>
      SEVERITIES.flatMap((severity) =>
        [...groups[severity].values()].sort((a, b) => compare(a.example, b.example)),
      ),
    others: () => others,
  };
}

/** Starts at zero. */
export function createFindingCounts(): { add(finding: Finding): void; counts(): FindingCounts } {
  const bySeverity = { error: 0, warning: 0, info: 0 };
  const kinds = new Map<string, number>();
  return {
    add({ severity, kind }) {
      bySeverity[severity] += 1;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    },
    counts: () => ({
      ...bySeverity,
      kinds: Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  };
}

function keyOf({ kind, severity, namespace, name, owner, mapping, secretName, image }: Finding): string {
  // A registry that nobody configured is one matter, however many Pods have images of it.
  if (kind === FindingKind.ImageNotCovered) return JSON.stringify([kind, severity, registryOf(image ?? "")]);
  return JSON.stringify([kind, severity, namespace, owner ?? name, mapping, secretName, image]);
}

function registryOf(image: string): string {
  const parsed = parseImageReference(image);
  return parsed.ok ? parsed.reference.registry : image;
}

function compare(a: Finding, b: Finding): number {
  return (
    a.kind.localeCompare(b.kind) ||
    (a.namespace ?? "").localeCompare(b.namespace ?? "") ||
    (a.owner ?? a.name ?? "").localeCompare(b.owner ?? b.name ?? "")
  );
}
