import type { PodOwner } from "./owned-pod.ts";

/**
 * How the evictions of each owner's Pods have turned out. An eviction is a trial: only the Pod that comes next shows whether
 * the API server asks the webhook about such Pods. Until it has come, the owner loses no other one.
 *
 * | the next Pod of the owner      | its owner                    | everybody                          |
 * |--------------------------------|------------------------------|------------------------------------|
 * | has its pull secrets           | may lose the next one        | at the usual pace                  |
 * | lacks them as well             | rests, twice as long as last | at half the pace of before         |
 * | does not come, for ten minutes | may lose the next one        | as before: it tells nothing        |
 */
export type OwnerTrials = {
  /** From when on the owner may lose a Pod. */
  dueAt(owner: PodOwner): number;
  /** One of its Pods is being evicted for want of these: the next one may come before the API server's answer does. */
  evicting(owner: PodOwner, secrets: readonly string[], now: number): void;
  /** It was not evicted after all. */
  spared(owner: PodOwner): void;
  /** The pull secrets by which the next Pod of the owner is judged; undefined where none is awaited. */
  awaited(owner: PodOwner): readonly string[] | undefined;
  /** A Pod of an owner was made that is awaited. */
  replaced(owner: PodOwner, isLacking: boolean, now: number): void;
  /** How long everybody rests after an eviction. */
  pace(): number;
};

type Trial = {
  futile: number;
  notBefore: number;
  awaited: { readonly secrets: readonly string[]; readonly until: number } | undefined;
};

const FIRST_REST_MS = 10 * 60_000;
const LONGEST_REST_MS = 60 * 60_000;
/** A Pod that ends may take its whole grace period, and a Job waits up to six minutes between its attempts. */
const LONGEST_WAIT_MS = 10 * 60_000;
const PACE_MS = 1_000;
const SLOWEST_PACE_MS = 10 * 60_000;
/** Of more owners the one that lost no Pod for the longest time is forgotten. */
const MOST_OWNERS = 5_000;

/** Knows of no owner yet. */
export function createOwnerTrials(): OwnerTrials {
  const trials = new Map<string, Trial>();
  let futileInARow = 0;

  return {
    dueAt({ uid }) {
      const { notBefore = 0, awaited } = trials.get(uid) ?? {};
      return Math.max(notBefore, awaited?.until ?? 0);
    },
    evicting({ uid }, secrets, now) {
      const trial = trials.get(uid) ?? { futile: 0, notBefore: 0, awaited: undefined };
      trial.awaited = { secrets, until: now + LONGEST_WAIT_MS };
      trials.delete(uid);
      trials.set(uid, trial);
      const [oldest] = trials.keys();
      if (trials.size > MOST_OWNERS && oldest !== undefined) trials.delete(oldest);
    },
    spared({ uid }) {
      const trial = trials.get(uid);
      if (trial !== undefined) trial.awaited = undefined;
    },
    awaited: ({ uid }) => trials.get(uid)?.awaited?.secrets,
    replaced({ uid }, isLacking, now) {
      const trial = trials.get(uid);
      if (trial === undefined) return;
      trial.awaited = undefined;
      if (isLacking) {
        trial.notBefore = now + doubled(FIRST_REST_MS, trial.futile, LONGEST_REST_MS);
        trial.futile += 1;
        futileInARow += 1;
      } else {
        trial.futile = 0;
        futileInARow = 0;
      }
    },
    pace: () => doubled(PACE_MS, futileInARow, SLOWEST_PACE_MS),
  };
}

function doubled(first: number, times: number, most: number): number {
  return Math.min(first * 2 ** times, most);
}
