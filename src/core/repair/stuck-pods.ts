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
  /** Its owner may lose no Pod for now, so none of them is kept meanwhile. Nobody's turn is later for that. */
  spare(pod: OwnedPod, now: number): void;
  /** Whether its owner still is one that may lose no Pod. */
  isSpared(pod: OwnedPod, now: number): boolean;
};

type Stuck = {
  readonly pod: OwnedPod;
  readonly since: number;
  readonly failures: number;
  readonly notBefore: number;
};

type Spared = { readonly times: number; readonly until: number };

/** kubelet tries again after ten seconds and after twenty more: a registry that only hiccuped needs no eviction. */
export const PATIENCE_MS = 30_000;
const FIRST_DELAY_MS = 30_000;
const LONGEST_DELAY_MS = 10 * 60_000;
/** What comes beyond is passed over: kubelet's next try tells of it again, within five minutes. */
export const MOST_STUCK = 2_000;
/** Of more owners the one that was spared the longest time ago is forgotten: it is asked about once more. */
export const MOST_SPARED = 5_000;

/** Holds none. Times are milliseconds of any one clock. */
export function createStuckPods(trials: OwnerTrials): StuckPods {
  const stuck = new Map<string, Stuck>();
  /** By their uid. Known beyond their time, until they lose a Pod: each time is longer. */
  const sparedOwners = new Map<string, Spared>();
  /** When a namespace had its last turn. */
  const served = new Map<string, number>();
  let lastTurn = Number.NEGATIVE_INFINITY;

  function add(pod: OwnedPod, now: number): void {
    if (isSpared(pod, now)) return;
    const known = stuck.get(pod.uid);
    if (known === undefined && stuck.size >= MOST_STUCK && !makeRoom(pod)) return;
    stuck.set(pod.uid, { since: now, failures: 0, notBefore: 0, ...known, pod });
  }

  /** One whose owner was spared, and most likely is again, gives way to one of an owner that was not. */
  function makeRoom({ owner }: OwnedPod): boolean {
    if (sparedOwners.has(owner.uid)) return false;
    for (const [uid, { pod }] of stuck) if (sparedOwners.has(pod.owner.uid)) return stuck.delete(uid);
    return false;
  }

  function isSpared({ owner }: OwnedPod, now: number): boolean {
    return now < (sparedOwners.get(owner.uid)?.until ?? 0);
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
      sparedOwners.delete(pod.owner.uid);
    },
    putOff(pod, now, retryAfter) {
      serve(pod, now);
      const known = stuck.get(pod.uid);
      if (known === undefined) return;
      const notBefore = now + Math.max(delayAfter(known.failures), retryAfter);
      stuck.set(pod.uid, { ...known, failures: known.failures + 1, notBefore });
    },
    spare({ owner }, now) {
      const { times = 0 } = sparedOwners.get(owner.uid) ?? {};
      sparedOwners.delete(owner.uid);
      sparedOwners.set(owner.uid, { times: times + 1, until: now + delayAfter(times) });
      const [oldest] = sparedOwners.keys();
      if (sparedOwners.size > MOST_SPARED && oldest !== undefined) sparedOwners.delete(oldest);
      for (const [uid, { pod }] of stuck) if (pod.owner.uid === owner.uid) stuck.delete(uid);
    },
    isSpared,
  };
}

function delayAfter(times: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** times, LONGEST_DELAY_MS);
}
