import type { Logger } from "pino";
import type { Lease, LeaseStore } from "../core/leader/lease.ts";
import type { Clock } from "../core/time/clock.ts";

export type LeaderElectionOptions = {
  readonly leases: LeaseStore;
  /** Names this process among the candidates; another life of it has another one. */
  readonly identity: string;
  readonly onLead: () => void;
  readonly onFollow: () => Promise<void>;
  /** One that never jumps: a leader that is asleep must find its lease expired. */
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

export type LeaderElection = {
  /** Whether this process may act. False before any other process can hold the Lease. */
  isHeld(): boolean;
  /** Who holds the Lease as far as is known; undefined where nobody does. */
  holder(): string | undefined;
  /** Ceases to act, gives the Lease back so that another one leads at once, and resolves. */
  stop(): Promise<void>;
};

/** client-go's defaults. (https://github.com/kubernetes/client-go/blob/master/tools/leaderelection/leaderelection.go) */
const LEASE_MS = 15_000;
const RENEW_DEADLINE_MS = 10_000;
const RETRY_MS = 2_000;

/** Stands for the leadership until it is stopped. */
export function startLeaderElection(options: LeaderElectionOptions): LeaderElection {
  const { leases, identity, onLead, onFollow, clock, random, log } = options;
  let seen: Lease | undefined;
  let seenAt = Number.NEGATIVE_INFINITY;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let isLeading = false;
  let isStopped = false;
  let round: Promise<void> = Promise.resolve();
  let cancel: () => void = () => undefined;

  function isHeld(): boolean {
    return isLeading && !isStopped && clock.now() < renewedAt + RENEW_DEADLINE_MS;
  }

  async function takeTurn(): Promise<void> {
    // Counted from before the request: the Lease may have been written at once and answered late.
    const began = clock.now();
    try {
      if (await claim()) renewedAt = began;
    } catch (err) {
      log.warn({ err }, "could not renew the lease");
      // Whether our own write arrived is not known. What was seen of another holder stays: its time goes on running.
      if (seen?.holder === identity) seen = undefined;
    }
    if (isStopped) return; // what was claimed meanwhile is given back
    if (!isLeading && clock.now() < renewedAt + RENEW_DEADLINE_MS) {
      isLeading = true;
      log.info({ identity }, "leading");
      onLead();
    } else if (isLeading && !isHeld()) {
      await cease("the lease was lost");
    }
  }

  async function claim(): Promise<boolean> {
    if (seen === undefined || seen.holder !== identity) see(await leases.read());
    if (isStopped) return false;
    if (isTaken()) {
      // Another one holds it: what we renewed before counts no more.
      renewedAt = Number.NEGATIVE_INFINITY;
      return false;
    }
    const transitions = (seen?.transitions ?? 0) + (seen?.holder === identity ? 0 : 1);
    const written = await leases.write({ holder: identity, duration: LEASE_MS, transitions }, seen);
    if (written === undefined) seen = undefined;
    else see(written);
    return written !== undefined;
  }

  function see(lease: Lease | undefined): void {
    if (lease === undefined || lease.version !== seen?.version) seenAt = clock.now();
    seen = lease;
  }

  function isTaken(): boolean {
    if (seen === undefined || seen.holder === "" || seen.holder === identity) return false;
    return clock.now() < seenAt + seen.duration;
  }

  async function cease(reason: string): Promise<void> {
    isLeading = false;
    log.info({ identity, reason }, "following");
    await onFollow();
  }

  function loop(): void {
    round = takeTurn().then(() => {
      if (isStopped) return;
      cancel = clock.after(RETRY_MS * (1 + random() / 5), loop);
    });
  }

  loop();
  return {
    isHeld,
    holder() {
      if (isHeld()) return identity;
      return isTaken() ? seen?.holder : undefined;
    },
    async stop() {
      isStopped = true;
      cancel();
      await round;
      if (isLeading) await cease("shutting down");
      if (seen?.holder !== identity) return;
      const { transitions } = seen;
      await leases.write({ holder: "", duration: 1_000, transitions }, seen).catch((err: unknown) => {
        log.warn({ err }, "could not give the lease back");
      });
    },
  };
}
