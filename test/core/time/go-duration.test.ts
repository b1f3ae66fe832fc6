import t from "tap";
import { formatGoDuration, parseGoDuration } from "../../../src/core/time/go-duration.ts";

t.test("durations are read as Go reads them", async (t) => {
  const rows: readonly (readonly [string, number | null])[] = [
    ["0", 0],
    ["-0", 0],
    ["6h0m0s", 21_600_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    [".5s", 500],
    ["1.s", 1_000],
    ["100ms", 100],
    ["1us", 0.001],
    ["1µs", 0.001],
    ["-1m", -60_000],
    ["+1m", 60_000],
    ["", null],
    ["1", null],
    ["h", null],
    [".h", null],
    ["1 h", null],
    ["1d", null],
    ["1H", null],
    ["1e3s", null],
    ["--1s", null],
    ["3000000h", null],
  ];
  for (const [text, expected] of rows) t.equal(parseGoDuration(text), expected, JSON.stringify(text));
});

t.test("durations are written as Go writes them, in whole seconds", async (t) => {
  const rows = [
    [0, "0s"],
    [999, "0s"],
    [90_000, "1m30s"],
    [300_000, "5m0s"],
    [43_200_000, "12h0m0s"],
  ] as const;
  for (const [ms, expected] of rows) t.equal(formatGoDuration(ms), expected);
});
