/** What became of the repair of one Pod: the same words in metrics, logs and tests. */
export const RepairResult = {
  /** The Pod was evicted; its controller makes another one. */
  Evicted: "Evicted",
  /** The API server said "not now": a PodDisruptionBudget, or another rule for evictions. It is tried again later. */
  Blocked: "Blocked",
  /** Its Job would come too near to its end by one more failed attempt. It is looked at again later. */
  Spared: "Spared",
  /** The eviction was refused, or got no answer. It is tried again later. */
  Failed: "Failed",
  /** The Pod that came in the place of an evicted one lacks the pull secret as well: its owner is left alone for long. */
  Futile: "Futile",
} as const;

export type RepairResult = (typeof RepairResult)[keyof typeof RepairResult];
