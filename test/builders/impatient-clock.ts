import type { Clock } from "../../src/core/time/clock.ts";

/** A clock on which waiting takes no time. */
export type ImpatientClock = Clock & {
  /** How long the waits would have been, in milliseconds. */
  readonly waits: readonly number[];
  set(now: number): void;
};

/** Time limits are those of at least `limit` milliseconds: they never pass. Every other wait is over at once. */
export function impatientClock({ now = 0, limit = 60_000 } = {}): ImpatientClock {
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    set(time) {
      now = time;
    },
    after(ms, callback) {
      if (ms >= limit) return () => undefined;
      waits.push(ms);
      const timer = setImmediate(callback);
      return () => clearImmediate(timer);
    },
  };
}
