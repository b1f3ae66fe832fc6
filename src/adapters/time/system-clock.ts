import type { Clock } from "../../core/time/clock.ts";

/** The machine's clock. A pending timer does not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** The same timers, on a clock that nobody can set: for durations that something depends on. */
export const monotonicClock: Clock = { ...systemClock, now: () => performance.now() };
