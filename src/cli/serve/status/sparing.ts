import type { Clock } from "../../../core/time/clock.ts";

/** What making something may take of all time: whoever asks again and again must not keep reviews waiting. */
const SHARE = 1 / 20;

/** Makes something anew only as often that the making takes at most its share of the time; else gives what was made last. */
export function sparing<T>(make: () => T, clock: Pick<Clock, "now">): () => T {
  let last: { readonly made: T; readonly until: number } | undefined;
  return () => {
    const began = clock.now();
    if (last !== undefined && began < last.until) return last.made;
    const made = make();
    const ended = clock.now();
    last = { made, until: ended + (ended - began) * (1 / SHARE - 1) };
    return made;
  };
}
