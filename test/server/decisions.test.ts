import t from "tap";
import { createRecentDecisions, type RecentDecision } from "../../src/core/status/recent-decisions.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { ensuring, startWebhook } from "../builders/webhook.ts";

const HARBOR = pod({ images: ["harbor.example.com/secret-team/app:1"] });

t.test("each review that was decided is remembered, and no other request", async (t) => {
  const decisions = createRecentDecisions(10, () => 7);
  const webhook = await startWebhook(t, {
    decisions,
    ...ensuring(async () => ({ result: "CopyFailed" })),
  });
  const rows: readonly (readonly [string, unknown, Partial<RecentDecision> | null])[] = [
    [
      "a Pod that needs a pull secret",
      review(HARBOR),
      { pod: "app", reason: "Injected", added: ["harbor-pull"], copies: ["CopyFailed"], dryRun: false },
    ],
    ["a dry run", review(HARBOR, { dryRun: true }), { reason: "Injected", dryRun: true }],
    [
      "a Pod that needs nothing",
      review(pod({ images: ["quay.io/a"] })),
      { reason: "NoMatchingRegistry", added: [], copies: [] },
    ],
    [
      "a Pod without a name yet",
      review({ ...HARBOR, metadata: { generateName: "shop-" } }),
      { pod: "shop-" },
    ],
    ["what is not about Pods", review(HARBOR, { operation: "UPDATE" }), null],
    ["what no API server would send", review({ spec: 1 }), null],
  ];
  for (const [name, body, expected] of rows) {
    const before = decisions.list().length;
    await webhook.review(body);
    const found = decisions.list();
    t.equal(found.length - before, expected === null ? 0 : 1, name);
    if (expected !== null)
      t.match(found[0], { at: 7, namespace: "team-a", seconds: Number, ...expected }, name);
  }
  t.notMatch(JSON.stringify(decisions.list()), /secret-team|someone/, "neither images nor users are");
});
