import type { CopyResult } from "../copy/copy-result.ts";
import type { Reason } from "../policy/reason.ts";

/** What a review came to. It names the Pod and its pull secrets, never an image. */
export type DecidedReview = {
  readonly namespace: string;
  /** The Pod's name, or the generateName of one that has none yet. */
  readonly pod: string;
  readonly reason: Reason;
  /** The pull secrets that were added. */
  readonly added: readonly string[];
  /** What became of the copies. */
  readonly copies: readonly CopyResult[];
  readonly dryRun: boolean;
  readonly seconds: number;
};

/** The same with its time, in milliseconds since the epoch. */
export type RecentDecision = DecidedReview & { readonly at: number };

/** The last decisions, of which the oldest make room for new ones. */
export type RecentDecisions = {
  add(decision: DecidedReview): void;
  /** The newest first. */
  list(): readonly RecentDecision[];
};

/** What a name in Kubernetes can have at most; a review from elsewhere may say anything. */
const LONGEST_NAME = 253;

/** Remembers so many decisions. */
export function createRecentDecisions(capacity: number, now: () => number): RecentDecisions {
  const ring: RecentDecision[] = [];
  let next = 0;
  return {
    add({ namespace, pod, ...decision }) {
      ring[next] = { at: now(), namespace: cut(namespace), pod: cut(pod), ...decision };
      next = (next + 1) % capacity;
    },
    list: () => [...ring.slice(next), ...ring.slice(0, next)].reverse(),
  };
}

/** A copy: a mere slice would keep the whole text in memory. */
function cut(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${Buffer.from(name.slice(0, LONGEST_NAME)).toString()}…`;
}
