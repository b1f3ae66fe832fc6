/** No time in seconds is as large before the year 5138, and none in milliseconds as small since 1973. */
const LEAST_MILLISECONDS = 1e11;
/** The last one that a Date can hold. */
const LAST_MILLISECOND = 8.64e15;

/**
 * A time as an API tells it, in milliseconds since the epoch: a number of seconds or milliseconds, perhaps as text, or a
 * date in ISO 8601. Undefined where it is none of these.
 */
export function readTimestamp(value: unknown): number | undefined {
  if (typeof value === "string" && !/^\d+(\.\d+)?$/.test(value)) {
    const date = Date.parse(value);
    return Number.isNaN(date) ? undefined : date;
  }
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || !(number > 0 && number <= LAST_MILLISECOND)) return undefined;
  return number > LEAST_MILLISECONDS ? number : number * 1_000;
}
