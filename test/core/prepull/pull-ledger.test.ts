import t from "tap";
import { createPullLedger, type PullLedger } from "../../../src/core/prepull/pull-ledger.ts";

const RUNNING = { running: {} };
const REFUSED = { waiting: { reason: "ErrImagePull", message: "401" } };
const BACK_OFF = { waiting: { reason: "ImagePullBackOff" } };
const CREATING = { waiting: { reason: "ContainerCreating" } };

type States = Readonly<Record<string, object>>;

function pod(
  node: string,
  states: States,
  parts: { uid?: string; status?: object } = {},
): Record<string, unknown> {
  const containerStatuses = Object.entries(states).map(([name, state]) => ({ name, state }));
  return {
    metadata: { uid: parts.uid ?? node },
    spec: { nodeName: node },
    status: { containerStatuses, ...parts.status },
  };
}

function ledgerOf(...pods: readonly Record<string, unknown>[]): PullLedger {
  const ledger = createPullLedger(new Map([["image-1", "shop"]]));
  for (const one of pods) ledger.observe(one);
  return ledger;
}

t.test("an image is given up after three refusals, however often each is told", async (t) => {
  const rows: readonly (readonly [string, readonly object[], string])[] = [
    ["it is pulled", [CREATING, RUNNING], "pulled"],
    ["once", [REFUSED, REFUSED, REFUSED, REFUSED], "pending"],
    ["once, and kubelet waits", [REFUSED, BACK_OFF, BACK_OFF], "pending"],
    ["twice", [REFUSED, BACK_OFF, REFUSED, BACK_OFF], "pending"],
    ["three times", [REFUSED, BACK_OFF, REFUSED, BACK_OFF, REFUSED], "failed"],
    ["three times, of which the first was missed", [BACK_OFF, REFUSED, BACK_OFF, REFUSED], "failed"],
    ["twice, and then it comes", [REFUSED, BACK_OFF, REFUSED, RUNNING], "pulled"],
    ["three times, and then it comes", [REFUSED, BACK_OFF, REFUSED, BACK_OFF, REFUSED, RUNNING], "pulled"],
    ["its name is wrong", [{ waiting: { reason: "InvalidImageName" } }], "failed"],
    ["a pull secret is broken", [{ waiting: { reason: "illegal base64 data" } }], "failed"],
    ["it was pulled, and the Pod begins anew", [RUNNING, CREATING], "pulled"],
  ];
  for (const [name, states, expected] of rows) {
    const ledger = ledgerOf(...states.map((state) => pod("node-1", { "image-1": state })));
    t.same(ledger.count(), { pulled: 0, failed: 0, pending: 0, [expected]: 1 }, name);
  }
});

t.test("nodes come and go with their Pods", async (t) => {
  const first = pod("node-1", { "image-1": RUNNING });
  const ledger = ledgerOf(first, pod("node-2", {}));
  t.same([ledger.nodes(), ledger.count()], [2, { pulled: 1, failed: 0, pending: 1 }]);
  ledger.forget(pod("node-1", {}, { uid: "of the one before" }));
  t.equal(ledger.nodes(), 2, "its successor has come already");
  ledger.forget(first);
  t.same([ledger.nodes(), ledger.count()], [1, { pulled: 0, failed: 0, pending: 1 }]);
  ledger.replace([pod("node-3", { "image-1": RUNNING })]);
  t.same([ledger.nodes(), ledger.count()], [1, { pulled: 1, failed: 0, pending: 0 }]);
});

t.test("the report names the nodes without an image, and why", async (t) => {
  const matchFields = [{ key: "metadata.name", operator: "In", values: ["node-4"] }];
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
    },
  };
  const full = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "Too many pods" };
  const waiting = { metadata: { uid: "4" }, spec: { affinity }, status: { conditions: [full] } };
  const rejected = { phase: "Failed", reason: "OutOfcpu", message: "was rejected" };
  const ledger = ledgerOf(
    waiting,
    pod("node-3", {}, { status: rejected }),
    pod("node-2", { "image-1": REFUSED }),
    pod("node-1", { "image-1": RUNNING }),
    pod("node-5", { "image-1": CREATING }),
    pod("node-6", {}),
  );
  t.same(ledger.reports(), [
    {
      image: "shop",
      pulled: 1,
      problems: [
        { node: "node-2", result: "Failed", reason: "ErrImagePull", message: "401" },
        { node: "node-3", result: "Pending", reason: "OutOfcpu", message: "was rejected" },
        { node: "node-4", result: "Pending", reason: "Unschedulable", message: "Too many pods" },
        { node: "node-5", result: "Pending", reason: "ContainerCreating", message: "" },
        { node: "node-6", result: "Pending", reason: "", message: "" },
      ],
    },
  ]);
});
