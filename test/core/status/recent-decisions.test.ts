import t from "tap";
import { createRecentDecisions, type DecidedReview } from "../../../src/core/status/recent-decisions.ts";

function decided(pod: string, namespace = "team-a"): DecidedReview {
  return { namespace, pod, reason: "Injected", added: [], copies: [], dryRun: false, seconds: 0 };
}

t.test("the last decisions are kept, the newest first, and no more", async (t) => {
  let now = 0;
  const decisions = createRecentDecisions(3, () => now++);
  const pods = (): readonly string[] => decisions.list().map(({ at, pod }) => `${pod}@${at}`);
  t.same(pods(), []);
  const expected = [
    ["a@0"],
    ["b@1", "a@0"],
    ["c@2", "b@1", "a@0"],
    ["d@3", "c@2", "b@1"],
    ["e@4", "d@3", "c@2"],
    ["f@5", "e@4", "d@3"],
    ["g@6", "f@5", "e@4"],
  ];
  for (const [index, wanted] of expected.entries()) {
    decisions.add(decided("abcdefg"[index] ?? ""));
    t.same(pods(), wanted);
  }
});

t.test("a name that no Kubernetes object can have is cut", async (t) => {
  const decisions = createRecentDecisions(3, () => 0);
  decisions.add(decided("p".repeat(253), "n".repeat(5_000_000)));
  const [{ namespace, pod } = decided("")] = decisions.list();
  t.equal(pod, "p".repeat(253));
  t.equal(namespace, `${"n".repeat(253)}…`);
});
