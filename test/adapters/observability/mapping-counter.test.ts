import { Registry } from "prom-client";
import t from "tap";
import { createMappingCounter } from "../../../src/adapters/observability/mapping-counter.ts";
import { createMetrics } from "../../../src/adapters/observability/metrics.ts";

function setUp(...initial: readonly string[]) {
  const registry = new Registry();
  const counter = createMappingCounter({
    name: "pulls_total",
    help: "Pulls.",
    label: "result",
    values: ["Pulled", "Refused", "Lost"],
    zeros: ["Pulled"],
    registers: [registry],
  });
  let mappings = initial;
  counter.follow(() => mappings);
  return {
    count: counter.count,
    replace(...next: readonly string[]): void {
      mappings = next;
    },
    series: () => readSeries(registry),
  };
}

async function readSeries(registry: Registry): Promise<readonly string[]> {
  const text = await registry.metrics();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

t.test("what should be seen before it was counted is seen, and the rest when it comes", async (t) => {
  const { count, series } = setUp("harbor", "hub");
  count("hub", "Pulled");
  count("hub", "Pulled");
  count("hub", "Lost");
  t.same(await series(), [
    'pulls_total{registry="harbor",result="Pulled"} 0',
    'pulls_total{registry="hub",result="Pulled"} 2',
    'pulls_total{registry="hub",result="Lost"} 1',
  ]);
  t.same(await series(), await series(), "reading counts nothing");
});

t.test(
  "a config reload keeps what was counted of the mappings that stay, and drops the others",
  async (t) => {
    const { count, replace, series } = setUp("harbor", "hub");
    count("harbor", "Pulled");
    count("hub", "Pulled");
    replace("hub", "quay");
    count("harbor", "Pulled"); // by a review that began before
    t.same(await series(), [
      'pulls_total{registry="hub",result="Pulled"} 1',
      'pulls_total{registry="quay",result="Pulled"} 0',
    ]);
    replace("harbor");
    t.same(
      await series(),
      ['pulls_total{registry="harbor",result="Pulled"} 0'],
      "one that comes back begins anew",
    );
  },
);

t.test("whatever counts mappings counts those in force", async (t) => {
  const metrics = createMetrics();
  metrics.decisions.count("gone", "Injected");
  metrics.copies.count("gone", "CopyWritten");
  metrics.refreshes.count("gone", "RefreshFailed");
  metrics.repairs.count("gone", "Evicted");
  metrics.verifications.count("gone", "Works");
  for (const counter of [metrics.decisions, metrics.copies, metrics.refreshes]) counter.follow(() => ["hub"]);
  for (const counter of [metrics.repairs, metrics.verifications]) counter.follow(() => ["hub"]);
  const series = (await readSeries(metrics.registry)).filter((line) => line.includes("registry="));
  t.same(
    series.filter((line) => line.includes("gone")),
    [],
  );
  // What the alerts ask for, and what is asked for most.
  for (const labels of [
    'decisions_total{registry="hub",reason="Injected"}',
    'copies_total{registry="hub",result="CopyWritten"}',
    'copies_total{registry="hub",result="CopyFailed"}',
    'source_refreshes_total{registry="hub",result="CredentialRefreshed"}',
    'source_refreshes_total{registry="hub",result="RefreshFailed"}',
    'source_refreshes_total{registry="hub",result="ForeignSecret"}',
    'repairs_total{registry="hub",result="Evicted"}',
    'repairs_total{registry="hub",result="Futile"}',
    'verifications_total{registry="hub",verdict="Works"}',
    'verifications_total{registry="hub",verdict="WrongCredentials"}',
  ])
    t.ok(series.includes(`pullcred_${labels} 0`), labels);
});
