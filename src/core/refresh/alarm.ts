import type { Clock } from "../time/clock.ts";

/** How often the clock is looked at: one that was set forward is noticed within this time. */
const LOOK_MS = 60_000;

/**
 * Rings once when a moment has come: by the clock, or after as much time as lay before it when the alarm was set, whichever
 * comes first. So neither a clock that is set back nor one that is set forward makes it late, and no timer is longer than a
 * runtime allows. Returns the function that stops it.
 */
export function setAlarm(clock: Clock, at: number, ring: () => void): () => void {
  let left = at - clock.now();
  let cancel: () => void = () => undefined;
  const wait = (): void => {
    const pause = Math.max(0, Math.min(left, LOOK_MS));
    cancel = clock.after(pause, () => {
      left -= pause;
      if (left <= 0 || clock.now() >= at) ring();
      else wait();
    });
  };
  wait();
  return () => cancel();
}
