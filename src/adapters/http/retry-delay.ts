export type RetryOccasion = {
  /** How often the request was sent. */
  readonly sent: number;
  /** The answer's header of that name: seconds, or a date. */
  readonly retryAfter: string | undefined;
  readonly now: number;
  /** From 0 to 1. */
  readonly random: number;
};

const FIRST_MS = 200;
/** Longer waits are left to whoever asked: a source is read anew by itself. */
const LONGEST_MS = 20_000;

/**
 * How long to wait before the next attempt, in milliseconds: twice as long each time, and between half of that and all of
 * it, so that replicas which failed together do not come back together. What the server asks for comes first.
 */
export function retryDelay({ sent, retryAfter, now, random }: RetryOccasion): number {
  const backoff = FIRST_MS * 2 ** (sent - 1) * (0.5 + random / 2);
  const asked = readRetryAfter(retryAfter, now);
  return Math.min(asked === undefined ? backoff : asked + backoff, LONGEST_MS);
}

function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
