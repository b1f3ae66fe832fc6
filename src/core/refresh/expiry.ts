/** A credential that is good for less cannot be counted on: it has to reach a namespace, and a node has to pull with it. */
export const SHORTEST_LIFETIME_MS = 30_000;

/** The end of 1973 as milliseconds; as seconds the year 5138. What is before it was never meant as milliseconds. */
const FIRST_MILLISECONDS = 1e11;
/** The end of the year 9999, the last that RFC 3339 can write. */
const LAST_MILLISECONDS = 253_402_300_799_999;

/** Why a credential with this end must not be written, as the rest of a sentence about it; null where it may be. */
export function findExpiryProblem(expiresAt: number, now: number): string | null {
  if (!Number.isFinite(expiresAt)) return "has an end that is no time";
  if (expiresAt < FIRST_MILLISECONDS) {
    return "has an end before 1974: it must be in milliseconds, and seems to be in seconds";
  }
  if (expiresAt > LAST_MILLISECONDS) {
    return "has an end after the year 9999: it must be in milliseconds, and seems to be in a smaller unit";
  }
  const left = expiresAt - now;
  if (left >= SHORTEST_LIFETIME_MS) return null;
  const clock = `it is ${formatTime(now)} here. If that is wrong, set this machine's clock`;
  if (left <= 0) return `had expired at ${formatTime(expiresAt)} when it arrived, and ${clock}`;
  const least = SHORTEST_LIFETIME_MS / 1_000;
  return `is good for ${Math.floor(left / 1_000)} s only, less than ${least} s, and ${clock}`;
}

/** A time as people read it, and as an annotation holds it: RFC 3339. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}
