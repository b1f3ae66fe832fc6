/** The API server's default, and its maximum is 30 s. */
const DEFAULT_MS = 10_000;
const MAX_MS = 30_000;
/** The rest is for the way there and back, and for the decision. */
const COPY_SHARE = 0.5;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/**
 * How long a review may wait for its copies, in milliseconds: a share of the timeout that the API server appends to the
 * webhook's URL, such as `?timeout=10s`. Anything else there counts as the default.
 * (https://github.com/kubernetes/apiserver/blob/master/pkg/admission/plugin/webhook/mutating/dispatcher.go)
 */
export function copyDeadline(timeout: unknown): number {
  const [, number, unit] = (typeof timeout === "string" && /^(\d{1,6})(ms|s|m)$/.exec(timeout)) || [];
  const asked = number === undefined || unit === undefined ? DEFAULT_MS : Number(number) * (UNITS[unit] ?? 1);
  return Math.min(asked, MAX_MS) * COPY_SHARE;
}
