import t from "tap";
import { render } from "./lib/render.ts";

const SELECTED = { "app.kubernetes.io/name": "pullcred", "app.kubernetes.io/instance": "pullcred" };

t.test("a drain takes one Pod at a time, and one that answers nothing does not hold it up", async (t) => {
  t.same(render().find("PodDisruptionBudget").spec, {
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: "AlwaysAllow",
    selector: { matchLabels: SELECTED },
  });
});

t.test("the values say how many Pods stay, or how many may go", async (t) => {
  const cases = [
    [{ minAvailable: 1 }, { minAvailable: 1 }],
    [{ minAvailable: "50%" }, { minAvailable: "50%" }],
    [{ minAvailable: 0 }, { minAvailable: 0 }],
    [{ maxUnavailable: 2 }, { maxUnavailable: 2 }],
    [{ maxUnavailable: "30%" }, { maxUnavailable: "30%" }],
  ] as const;
  for (const [podDisruptionBudget, expected] of cases) {
    const { minAvailable, maxUnavailable } = render({ podDisruptionBudget }).find("PodDisruptionBudget").spec;
    t.same(JSON.parse(JSON.stringify({ minAvailable, maxUnavailable })), expected);
  }
  t.same(render({ podDisruptionBudget: { enabled: false } }).names("PodDisruptionBudget"), []);
});

t.test("both Services lead to the Pods, that of the metrics to each one, ready or not", async (t) => {
  const chart = render({
    service: { annotations: { a: "b" } },
    metrics: { port: 9191, annotations: { c: "d" } },
  });
  const webhook = chart.find("Service", "pullcred");
  t.same(webhook.metadata.annotations, { a: "b" });
  t.same(webhook.spec, {
    selector: SELECTED,
    ports: [{ name: "https", port: 443, targetPort: "webhook" }],
  });
  const metrics = chart.find("Service", "pullcred-metrics");
  t.same(metrics.metadata.annotations, { c: "d" });
  t.same(metrics.spec, {
    clusterIP: "None",
    publishNotReadyAddresses: true,
    selector: SELECTED,
    ports: [{ name: "metrics", port: 9191, targetPort: "metrics" }],
  });
});

t.test("the network lets in what goes to the two ports, and out what the values say", async (t) => {
  const { spec } = render().find("NetworkPolicy");
  t.same(spec, {
    podSelector: { matchLabels: SELECTED },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ ports: [{ port: "webhook" }, { port: "metrics" }] }],
    egress: [{}],
  });
  const egress = [{ ports: [{ port: 443 }] }];
  t.same(render({ networkPolicy: { egress } }).find("NetworkPolicy").spec.egress, egress);
  t.same(render({ networkPolicy: { enabled: false } }).names("NetworkPolicy"), []);
});
