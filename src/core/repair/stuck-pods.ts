import type { OwnedPod } from "./owned-pod.ts";
import type { OwnerTrials } from "./owner-trials.ts";

/** Whose turn it is: a Pod's now, or nobody's before then; Infinity where nothing is to be waited for. */
export type Turn =
  | { readonly kind: "now"; readonly pod: OwnedPod }
  | { readonly kind: "later"; readonly at: number };

/** The Pods that stand in a failed pull and lack a pull secret for it, and the order in which they go. */
export type StuckPods = {
  add(pod: OwnedPod, now: number): void;
  remove(uid: string): void;
  /** Only these are left. */
  replace(pods: readonly OwnedPod[], now: number): void;
  turn(now: number): Turn;
  /** It was its turn, and it goes. */
  went(pod: OwnedPod, now: number): void;
  /** It did not go this time; it is asked for no sooner than that many milliseconds. */
  putOff(pod: OwnedPod, now: number, retryAfter: number): void;
  /** The same where nobody has tried to evict it: the others need not wait for that. */
  spare(pod: OwnedPod, now: number): void;
};

type Stuck = {
  readonly pod: OwnedPod;
  readonly since: number;
  readonly failures: number;
  readonly notBefore: number;
};

/** kubelet tries again after ten seconds and after twenty more: a registry that only hiccuped needs no eviction. */
export const PATIENCE_MS = 30_000;
const FIRST_DELAY_MS = 30_000;
const LONGEST_DELAY_MS = 10 * 60_000;
/** What comes beyond is passed over: kubelet's next try tells of it again, within five minutes. */
export const MOST_STUCK = 2_000;

/** Holds none. Times are milliseconds of any one clock. */
export function createStuckPods(trials: OwnerTrials): StuckPods {
  const stuck = new Map<string, Stuck>();
  /** When a namespace had its last turn. */
  const served = new Map<string, number>();
  let lastTurn = Number.NEGATIVE_INFINITY;

  function add(pod: OwnedPod, now: number): void {
    const { since = now, failures = 0, notBefore = 0 } = stuck.get(pod.uid) ?? {};
    if (stuck.size < MOST_STUCK || stuck.has(pod.uid))
      stuck.set(pod.uid, { pod, since, failures, notBefore });
  }

  function dueAt({ pod, since, notBefore }: Stuck): number {
    return Math.max(since + PATIENCE_MS, notBefore, trials.dueAt(pod.owner), lastTurn + trials.pace());
  }

  /** The namespace that waits for the longest time comes first, and in it the Pod that does. */
  function isBefore(one: Stuck, other: Stuck): boolean {
    const [turn, others] = [one, other].map(({ pod }) => served.get(pod.namespace) ?? -1) as [number, number];
    return turn === others ? one.since < other.since : turn < others;
  }

  function serve({ namespace }: OwnedPod, now: number): void {
    served.set(namespace, now);
    const present = new Set([...stuck.values()].map(({ pod }) => pod.namespace));
    for (const name of served.keys()) if (!present.has(name)) served.delete(name);
    lastTurn = now;
  }

  function delay({ uid }: OwnedPod, now: number, retryAfter: number): void {
    const known = stuck.get(uid);
    if (known === undefined) return;
    const usual = Math.min(FIRST_DELAY_MS * 2 ** known.failures, LONGEST_DELAY_MS);
    const notBefore = now + Math.max(usual, retryAfter);
    stuck.set(uid, { ...known, failures: known.failures + 1, notBefore });
  }

  return {
    add,
    remove: (uid) => void stuck.delete(uid),
    replace(pods, now) {
      const found = new Set(pods.map(({ uid }) => uid));
      for (const uid of stuck.keys()) if (!found.has(uid)) stuck.delete(uid);
      for (const pod of pods) add(pod, now);
    },
    turn(now) {
      let first: Stuck | undefined;
      let at = Number.POSITIVE_INFINITY;
      for (const one of stuck.values()) {
        const due = dueAt(one);
        at = Math.min(at, due);
        if (due <= now && (first === undefined || isBefore(one, first))) first = one;
      }
      return first === undefined ? { kind: "later", at } : { kind: "now", pod: first.pod };
    },
    went(pod, now) {
      serve(pod, now);
      stuck.delete(pod.uid);
    },
    putOff(pod, now, retryAfter) {
      serve(pod, now);
      delay(pod, now, retryAfter);
    },
    spare: (pod, now) => delay(pod, now, 0),
  };
}
