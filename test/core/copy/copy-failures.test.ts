import t from "tap";
import { createCopyFailures } from "../../../src/core/copy/copy-failures.ts";

t.test("what failed last is remembered until it succeeds", async (t) => {
  const failures = createCopyFailures();
  const fail = (message: string): void =>
    failures.note("pull", "team-a", { result: "CopyFailed", cause: new Error(message) });
  t.equal(failures.of("pull", "team-a"), undefined);
  fail("first");
  fail("second");
  t.equal(failures.of("pull", "team-a"), "second");
  t.equal(failures.of("pull", "team-b"), undefined);
  failures.note("pull", "team-a", { result: "CopyWritten" });
  t.equal(failures.of("pull", "team-a"), undefined);
  failures.note("pull", "team-a", { result: "CopyFailed", cause: "no error" });
  t.equal(failures.of("pull", "team-a"), "it could not be written");
  fail("m".repeat(5_000));
  t.equal(failures.of("pull", "team-a"), `${"m".repeat(299)}…`);
});

t.test("the oldest are forgotten, so that it never grows without end", async (t) => {
  const failures = createCopyFailures();
  for (let index = 0; index < 1_001; index++)
    failures.note("pull", `team-${index}`, { result: "CopyFailed", cause: new Error("no") });
  t.equal(failures.of("pull", "team-0"), undefined);
  t.equal(failures.of("pull", "team-1"), "no");
  t.equal(failures.of("pull", "team-1000"), "no");
});
