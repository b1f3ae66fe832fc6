import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { askHelpers } from "../../../src/adapters/sources/ask-helpers.ts";
import type { HelperQuestion } from "../../../src/core/credential/helper-plan.ts";
import { eventually } from "../../builders/eventually.ts";
import { installHelper, storeScript } from "../../builders/helper-program.ts";

const HANGS = "setInterval(() => {}, 1000);";

function questions(count: number): readonly HelperQuestion[] {
  return Array.from({ length: count }, (_, index) => ({
    server: `${index}.example.com`,
    suffix: "test",
    path: "credsStore",
    isExpected: true,
  }));
}

/** Whether there is such a process. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

t.test("helpers are asked side by side, and answer in the order of the questions", async (t) => {
  const folder = t.testdir({});
  // Each answers only when all three run.
  const script = `
const folder = ${JSON.stringify(folder)};
fs.writeFileSync(folder + "/" + process.pid + ".started", "");
const started = () => fs.readdirSync(folder).filter((name) => name.endsWith(".started")).length;
while (started() < 3) await new Promise((resolve) => setTimeout(resolve, 10));
${storeScript({ "0.example.com": ["zero", "x"], "2.example.com": ["two", "x"] })}`;
  const environment = installHelper(folder, "test", script);
  const results = await askHelpers(questions(3), { environment });
  t.match(results, [
    { kind: "credential", username: "zero" },
    { kind: "notFound" },
    { kind: "credential", username: "two" },
  ]);
});

t.test("however many hang, they have one time limit together, and run eight at a time", async (t) => {
  const environment = installHelper(t.testdir({}), "test", HANGS);
  const results = await askHelpers(questions(20), { environment, timeout: 300 });
  const problems = results.map((result) => (result.kind === "failed" ? result.problem : result.kind));
  t.same(problems, [
    ...Array.from({ length: 8 }, () => "did not answer within 0.3 s"),
    ...Array.from({ length: 12 }, () => "had no turn within 0.3 s, because others hang"),
  ]);
});

t.test("an abort kills the helpers that run, and rejects", async (t) => {
  const folder = t.testdir({});
  const script = `fs.writeFileSync(${JSON.stringify(join(folder, "pid"))}, String(process.pid)); ${HANGS}`;
  const environment = installHelper(folder, "test", script);
  const controller = new AbortController();
  const asked = askHelpers(questions(1), { environment }, controller.signal);
  const pid = await eventually("the helper runs", () => {
    try {
      return Number(readFileSync(join(folder, "pid"), "utf8")) || undefined;
    } catch {
      return undefined;
    }
  });
  controller.abort();
  await t.rejects(asked, { name: "AbortError" });
  await eventually("the helper is gone", () => !isRunning(pid) || undefined);
});

t.test("nothing is asked after an abort, not even where there is nothing to ask", async (t) => {
  const environment = { PATH: t.testdir({}) };
  for (const count of [0, 1]) {
    await t.rejects(askHelpers(questions(count), { environment }, AbortSignal.abort()), {
      name: "AbortError",
    });
  }
});
