/** Why the leader could not refresh credentials the last time. */
export type RefreshProblems = {
  /** `problem` is undefined where the refresh succeeded. */
  note(mapping: string, problem: string | undefined): void;
  of(mapping: string): string | undefined;
  /** Another process leads from now on, and knows. */
  clear(): void;
};

/** Starts with none. */
export function createRefreshProblems(): RefreshProblems {
  const problems = new Map<string, string>();
  return {
    note(mapping, problem) {
      if (problem === undefined) problems.delete(mapping);
      else problems.set(mapping, problem);
    },
    of: (mapping) => problems.get(mapping),
    clear: () => problems.clear(),
  };
}
