import t from "tap";
import { copyDeadline } from "../../src/server/review-timeout.ts";

t.test("half of the API server's timeout is for the copies", async (t) => {
  const rows = [
    ["10s", 5_000],
    ["2s", 1_000],
    ["500ms", 250],
    ["1m", 15_000],
    ["30s", 15_000],
    ["0s", 0],
    [undefined, 5_000],
    ["", 5_000],
    ["-1s", 5_000],
    ["1e9s", 5_000],
    ["10", 5_000],
    [["10s", "20s"], 5_000],
  ] as const;
  for (const [timeout, deadline] of rows) t.equal(copyDeadline(timeout), deadline, String(timeout));
});
