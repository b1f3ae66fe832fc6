import t from "tap";
import {
  formatDistance,
  formatDuration,
  formatMilliseconds,
  formatMoment,
} from "../../../src/core/status/format-time.ts";
import { DAY, HOUR, MINUTE, NOW } from "../../builders/status-report.ts";

t.test("durations are told in their two largest units", async (t) => {
  const rows = [
    [0, "0 s"],
    [999, "0 s"],
    [1_000, "1 s"],
    [59_999, "59 s"],
    [MINUTE, "1 min"],
    [MINUTE + 1_000, "1 min 1 s"],
    [HOUR + 59_000, "1 h"],
    [7 * HOUR + 12 * MINUTE, "7 h 12 min"],
    [DAY + MINUTE, "1 d"],
    [400 * DAY + 5 * HOUR, "400 d 5 h"],
    [-5_000, "0 s"],
  ] as const;
  for (const [ms, expected] of rows) t.equal(formatDuration(ms), expected, `${ms}`);
});

t.test("moments are told by how far they are", async (t) => {
  t.equal(formatDistance(NOW + HOUR, NOW), "in 1 h");
  t.equal(formatDistance(NOW - HOUR, NOW), "1 h ago");
  t.equal(formatDistance(NOW, NOW), "0 s ago");
  t.equal(formatMoment(NOW), "2026-03-04 05:06:07");
});

t.test("what a review took is told with two digits", async (t) => {
  const rows = [
    [0.000_214, "0.21 ms"],
    [0.005_04, "5.0 ms"],
    [0.012_3, "12 ms"],
    [0.240_9, "241 ms"],
    [4.999_6, "5000 ms"],
  ] as const;
  for (const [seconds, expected] of rows) t.equal(formatMilliseconds(seconds), expected);
});
