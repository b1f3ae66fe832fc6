/** How long a credential is good, and when the next one has to be asked for. Milliseconds since the epoch. */
export type Validity = { readonly expiresAt: number; readonly renewAt: number };

/** The earliest and the latest moment of a renewal, as parts of the lifetime. */
const EARLIEST = 1 / 2;
const LATEST = 2 / 3;

/**
 * Plans the renewal of a credential that has just been given. A third of its lifetime is left at least, for a source that
 * fails; `random`, in [0, 1), spreads mappings whose credentials were given at the same time.
 */
export function planRenewal(expiresAt: number, now: number, random: number): Validity {
  const part = EARLIEST + (LATEST - EARLIEST) * random;
  return { expiresAt, renewAt: Math.floor(now + (expiresAt - now) * part) };
}
