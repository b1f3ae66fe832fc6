import { Registry } from "prom-client";
import t from "tap";
import { createDecisionCounter } from "../../../src/adapters/observability/decision-counter.ts";

function setUp(...initial: readonly string[]) {
  const registry = new Registry();
  const counter = createDecisionCounter([registry]);
  let mappings = initial;
  counter.follow(() => mappings);
  return {
    count: counter.count,
    replace(...next: readonly string[]): void {
      mappings = next;
    },
    async series(): Promise<readonly string[]> {
      const text = await registry.metrics();
      return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    },
  };
}

t.test("a mapping that no Pod has used yet is seen, and the rarer reasons when they come", async (t) => {
  const { count, series } = setUp("harbor", "hub");
  count("hub", "Injected");
  count("hub", "Injected");
  count("hub", "NamespaceExcluded");
  t.same(await series(), [
    'pullcred_decisions_total{registry="harbor",reason="Injected"} 0',
    'pullcred_decisions_total{registry="hub",reason="Injected"} 2',
    'pullcred_decisions_total{registry="hub",reason="NamespaceExcluded"} 1',
  ]);
  t.same(await series(), await series(), "reading counts nothing");
});

t.test(
  "a config reload keeps what was counted of the mappings that stay, and drops the others",
  async (t) => {
    const { count, replace, series } = setUp("harbor", "hub");
    count("harbor", "Injected");
    count("hub", "Injected");
    replace("hub", "quay");
    count("harbor", "Injected"); // by a review that began before
    t.same(await series(), [
      'pullcred_decisions_total{registry="hub",reason="Injected"} 1',
      'pullcred_decisions_total{registry="quay",reason="Injected"} 0',
    ]);
    replace("harbor");
    t.same(
      await series(),
      ['pullcred_decisions_total{registry="harbor",reason="Injected"} 0'],
      "one that comes back begins anew",
    );
  },
);
