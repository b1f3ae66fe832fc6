import t from "tap";
import { readTimestamp } from "../../../src/core/cloud/timestamp.ts";

t.test("a time is read in every form that the clouds write", async (t) => {
  const rows = [
    [1_571_242_083_000, 1_571_242_083_000],
    [1_571_242_083, 1_571_242_083_000],
    ["1571242083000", 1_571_242_083_000],
    ["1571242083", 1_571_242_083_000],
    [1_571_242_083.5, 1_571_242_083_500],
    ["2019-10-16T16:08:03Z", 1_571_242_083_000],
    ["2019-10-16T16:08:03+08:00", 1_571_213_283_000],
    [0, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [1e20, undefined],
    ["", undefined],
    ["soon", undefined],
    [null, undefined],
    [{}, undefined],
    [true, undefined],
  ] as const;
  for (const [value, expected] of rows) t.equal(readTimestamp(value), expected, JSON.stringify(value));
});
