import t from "tap";
import { mayLosePod } from "../../../src/core/repair/job-allowance.ts";

const metadata = { uid: "u" };
const DISRUPTED = [{ type: "DisruptionTarget", status: "True" }];
const EXIT_CODES = { operator: "NotIn", values: [42] };

function withRules(...rules: readonly object[]): object {
  return { spec: { podFailurePolicy: { rules } } };
}

t.test("a Job may lose Pods for the first half of its backoffLimit", async (t) => {
  for (const [backoffLimit, expected] of [
    [undefined, 3],
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [6, 3],
    [7, 3],
  ] as const) {
    let failed = 0;
    while (mayLosePod({ metadata, spec: { backoffLimit }, status: { failed } }, "u")) failed += 1;
    t.equal(failed, expected, `backoffLimit: ${backoffLimit}`);
  }
});

t.test("failures count from when they are noted, whatever they came of", async (t) => {
  const rows: readonly (readonly [object, boolean])[] = [
    [{}, true],
    [{ failed: null, uncountedTerminatedPods: {} }, true],
    [{ failed: 2 }, true],
    [{ failed: 1, uncountedTerminatedPods: { failed: ["a"], succeeded: ["b", "c"] } }, true],
    [{ failed: 1, uncountedTerminatedPods: { failed: ["a", "b"] } }, false],
    [{ failed: 3 }, false],
  ];
  for (const [status, expected] of rows) {
    t.equal(mayLosePod({ metadata, spec: {}, status }, "u"), expected, JSON.stringify(status));
  }
});

t.test("which Jobs lose no Pod, whatever their limit", async (t) => {
  const rows: readonly (readonly [string, object, boolean])[] = [
    ["one that runs", {}, true],
    ["another one of its name", { metadata: { uid: "other" } }, false],
    ["one on its way out", { metadata: { uid: "u", deletionTimestamp: "2026-01-01T00:00:00Z" } }, false],
    ["a suspended one", { spec: { suspend: true } }, false],
    ["one that goes on", { spec: { suspend: false } }, true],
    ["one that was suspended", { status: { conditions: [{ type: "Suspended", status: "False" }] } }, true],
    ["one that counts by index", { spec: { backoffLimitPerIndex: 0 } }, false],
    ...["Complete", "Failed", "SuccessCriteriaMet", "FailureTarget"].map(
      (type) => [type, { status: { conditions: [{ type, status: "True" }] } }, false] as const,
    ),
    ["one that a disruption fails", withRules({ action: "FailJob", onPodConditions: DISRUPTED }), false],
    ["one that an exit code may fail", withRules({ action: "FailJob", onExitCodes: EXIT_CODES }), false],
    [
      "one that ignores disruptions first",
      withRules(
        { action: "Ignore", onPodConditions: DISRUPTED },
        { action: "FailJob", onExitCodes: EXIT_CODES },
      ),
      true,
    ],
    [
      "one that ignores disruptions too late",
      withRules(
        { action: "FailJob", onExitCodes: EXIT_CODES },
        { action: "Ignore", onPodConditions: DISRUPTED },
      ),
      false,
    ],
    [
      "one whose rules are about other things",
      withRules(
        { action: "FailJob", onPodConditions: [{ type: "ConfigIssue" }] },
        { action: "Ignore", onExitCodes: EXIT_CODES },
      ),
      true,
    ],
  ];
  for (const [what, parts, expected] of rows) {
    t.equal(mayLosePod({ metadata, spec: {}, status: {}, ...parts }, "u"), expected, what);
  }
});

t.test("what is not understood is let alone", async (t) => {
  t.equal(mayLosePod(undefined, "u"), false);
  for (const strange of [
    {},
    { spec: {} },
    { metadata },
    { metadata, spec: [], status: {} },
    { metadata, spec: {}, status: "x" },
    { metadata, spec: { backoffLimit: "many" } },
    { metadata, spec: {}, status: { failed: {} } },
  ]) {
    t.equal(mayLosePod(strange, "u"), false, JSON.stringify(strange));
  }
  const odd = { conditions: [null, "x"], uncountedTerminatedPods: { failed: "x" } };
  t.equal(mayLosePod({ metadata, spec: { podFailurePolicy: { rules: "x" } }, status: odd }, "u"), true);
  t.equal(mayLosePod({ metadata, spec: {} }, "u"), true, "a Job of which nothing was said yet");
});
