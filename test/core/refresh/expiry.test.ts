import t from "tap";
import { findExpiryProblem } from "../../../src/core/refresh/expiry.ts";

const NOW = Date.UTC(2026, 0, 1);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

t.test("an end that can be relied on is no problem", async (t) => {
  for (const left of [30 * SECOND, HOUR, 12 * HOUR, 365 * 24 * HOUR]) {
    t.equal(findExpiryProblem(NOW + left, NOW), null, `${left} ms`);
  }
  t.equal(findExpiryProblem(Date.UTC(9999, 11, 31), NOW), null, "as some write never");
});

t.test("what is expired, nearly so, or no time is told with the remedy", async (t) => {
  const rows: readonly (readonly [string, number, RegExp])[] = [
    [
      "just expired",
      NOW,
      /had expired at 2026-01-01T00:00:00\.000Z when it arrived.* set this machine's clock/,
    ],
    ["expired long ago", NOW - HOUR, /had expired at 2025-12-31T23:00:00\.000Z/],
    ["nearly expired", NOW + 29_999, /is good for 29 s only, less than 30 s/],
    ["in seconds", (NOW + HOUR) / 1_000, /milliseconds, and seems to be in seconds/],
    ["in microseconds", (NOW + HOUR) * 1_000, /seems to be in a smaller unit/],
    ["nothing at all", 0, /seems to be in seconds/],
    ["no number", Number.NaN, /no time/],
    ["without end", Number.POSITIVE_INFINITY, /no time/],
  ];
  for (const [name, expiresAt, expected] of rows) t.match(findExpiryProblem(expiresAt, NOW), expected, name);
});
