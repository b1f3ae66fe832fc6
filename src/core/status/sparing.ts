import type { Clock } from "../time/clock.ts";

/**
 * Makes something anew only as often that the making takes at most its share of the time, a number between 0 and 1; else
 * gives what was made last.
 */
export function sparing<T>(make: () => T, share: number, clock: Pick<Clock, "now">): () => T {
  let last: { readonly made: T; readonly until: number } | undefined;
  return () => {
    const began = clock.now();
    if (last !== undefined && began < last.until) return last.made;
    const made = make();
    const ended = clock.now();
    last = { made, until: ended + (ended - began) * (1 / share - 1) };
    return made;
  };
}
