import t from "tap";
import { type PrepullDaemonSet, renderDaemonSet } from "../../../src/core/prepull/daemon-set.ts";
import { findHolder, isOfRun, markRun } from "../../../src/core/prepull/run-mark.ts";

const END = Date.UTC(2026, 0, 1);
const RUN = { id: "one", end: END };
const PRINTED = renderDaemonSet("prepull", {
  ...{ namespace: "team-a", images: ["a"], pullSecrets: [], nodeSelector: {} },
  ...{ method: "volumes", pauseImage: "pause" },
});

function annotated(annotations: Readonly<Record<string, string>>): PrepullDaemonSet["metadata"] {
  return { ...PRINTED.metadata, annotations };
}

t.test("a DaemonSet says which run it is of, and until when", async (t) => {
  const marked = markRun(PRINTED, RUN);
  t.same(marked, {
    ...PRINTED,
    metadata: annotated({
      "pullcred.dev/prepull-run": "one",
      "pullcred.dev/prepull-end": "2026-01-01T00:00:00.000Z",
    }),
  });
  t.ok(isOfRun(marked.metadata, RUN));
  t.notOk(isOfRun(marked.metadata, { ...RUN, id: "two" }));
  t.notOk(isOfRun(PRINTED.metadata, RUN));
});

t.test("whose a DaemonSet is shows in its metadata", async (t) => {
  const ours = markRun(PRINTED, RUN).metadata;
  const rows: readonly (readonly [string, PrepullDaemonSet["metadata"] | object, object])[] = [
    ["of a run", ours, { kind: "Run", end: END }],
    ["applied as it was printed", PRINTED.metadata, { kind: "ByHand" }],
    ["without an end", annotated({ "pullcred.dev/prepull-end": "soon" }), { kind: "ByHand" }],
    ["without the label", { annotations: ours.annotations }, { kind: "Foreign" }],
    ["of another name", { ...ours, labels: { "pullcred.dev/prepull": "other" } }, { kind: "Foreign" }],
  ];
  for (const [name, metadata, holder] of rows) t.same(findHolder(metadata, "prepull"), holder, name);
});
