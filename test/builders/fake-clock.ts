import type { Clock } from "../../src/core/time/clock.ts";

/** A clock that a test moves. */
export type FakeClock = Clock & {
  advance(ms: number): void;
  readonly pending: number;
  /** In how many milliseconds the next timer is due. */
  readonly next: number | undefined;
};

/** Starts at 0. */
export function fakeClock(): FakeClock {
  let now = 0;
  let timers: { readonly at: number; readonly callback: () => void }[] = [];
  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        now = next.at;
        next.callback();
      }
      now = end;
    },
    get pending() {
      return timers.length;
    },
    get next() {
      return timers.length === 0 ? undefined : Math.min(...timers.map(({ at }) => at)) - now;
    },
  };
}
