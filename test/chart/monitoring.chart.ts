import t from "tap";
import { RefreshResult } from "../../src/core/refresh/refresh-result.ts";
import { type KubeObject, readValues, render } from "./lib/render.ts";
import { findUnknown, SERIES } from "./lib/series.ts";

const VALUES = readValues("ci/monitoring-values.yaml");
const OF_RELEASE = 'namespace="pullcred-system",service="pullcred-metrics"';
type Alert = {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: KubeObject;
  readonly labels: KubeObject;
};
type Panel = {
  readonly title: string;
  readonly description: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
};

const rule = render(VALUES).find("PrometheusRule");
const alerts: readonly Alert[] = rule.spec.groups.flatMap(({ rules }: KubeObject) => rules);
const dashboard = JSON.parse(render(VALUES).find("ConfigMap", "pullcred-dashboard").data["pullcred.json"]);
const panels: readonly Panel[] = dashboard.panels;

t.test("the check would find what the process does not have", async (t) => {
  t.same(findUnknown('sum by (nobody) (pullcred_nothing{a="b"})'), ["pullcred_nothing", "by nobody"]);
  t.same(findUnknown('pullcred_leader{reason="x"}'), ["pullcred_leader{reason}"]);
});

t.test("every alert speaks of metrics and labels that the process has, and of this release", async (t) => {
  t.same(
    alerts.map(({ alert }) => alert),
    [
      "PullcredConfigInvalid",
      "PullcredCertificateInvalid",
      "PullcredCertificateExpiring",
      "PullcredNoLeader",
      "PullcredWatchStale",
      "PullcredReviewFailures",
      "PullcredSourceFailing",
      "PullcredOriginTrouble",
      "PullcredCredentialExpired",
      "PullcredRepairFutile",
      "PullcredWrongCredentials",
      "PullcredForeignSecrets",
      "PullcredStaleCopies",
    ],
  );
  for (const { alert, expr, annotations, labels } of alerts) {
    t.same(findUnknown(expr), [], alert);
    for (const [selector] of expr.matchAll(/pullcred_\w+[^)]*/g))
      t.ok(selector.includes(`{${OF_RELEASE}`), alert);
    t.match(labels, { severity: /^(warning|critical)$/, namespace: "pullcred-system" }, alert);
    t.equal(labels.service, "pullcred-metrics", alert);
    t.match(annotations.summary, /\.$/);
    t.match(annotations.description, /\.$/);
  }
  const failing = alerts.find(({ alert }) => alert === "PullcredSourceFailing");
  // A foreign origin is not asked for again: PullcredOriginTrouble tells it for as long as it stands.
  t.match(failing?.expr, `result!~"${RefreshResult.Refreshed}|${RefreshResult.Foreign}"`);
});

t.test("alerts find the metrics by other labels where the values say so", async (t) => {
  const matchers = 'job="pullcred: eu"';
  const values = { metrics: { prometheusRule: { enabled: true, matchers } } };
  const [{ rules }] = render(values).find("PrometheusRule").spec.groups;
  t.equal(rules[0].expr, `min(pullcred_config_valid{${matchers}}) == 0`);
  t.match(rules[0].labels, { namespace: "pullcred-system", service: "pullcred-metrics" });
});

t.test("alerts of two releases are groups of their own, and say whose they are", async (t) => {
  t.equal(rule.spec.groups[0].name, "pullcred-system.pullcred");
  const [other] = render(VALUES, { name: "eu", namespace: "other" }).find("PrometheusRule").spec.groups;
  t.equal(other.name, "other.eu-pullcred");
  for (const { labels } of other.rules)
    t.match(labels, { namespace: "other", service: "eu-pullcred-metrics" });
});

t.test(
  "the dashboard does not merge releases, and takes no missing certificate for one that has ended",
  async (t) => {
    for (const { title, targets } of panels) {
      for (const { expr, legendFormat } of targets) {
        const groups = [...expr.matchAll(/\b(?:min|max|sum)\b( by \(namespace, service\b)?/g)];
        t.ok(groups.length > 0 && groups.every(([, by]) => by !== undefined), title);
        t.match(legendFormat, /\{\{namespace\}\}\/\{\{service\}\}$/, title);
      }
    }
    const certificate = panels.find(({ title }) => title === "Certificate ends in");
    t.match(certificate?.targets[0]?.expr, "} > 0)");
  },
);

t.test("the dashboard shows every metric of the process, and no other", async (t) => {
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  for (const expression of expressions) t.same(findUnknown(expression), [], expression);
  const isShown = (name: string): boolean =>
    expressions.some((expression) => expression.includes(`${name}{`));
  const shown = [...SERIES.keys()].filter((name) => !/_(sum|count)$/.test(name));
  t.same(
    shown.filter((name) => !isShown(name)),
    [],
  );
  for (const { title, description } of panels) t.ok(description.length > 0, title);
});

t.test("the dashboard's panels have their places, and do not overlap", async (t) => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  t.equal(new Set(cells).size, cells.length);
  t.same(
    panels.filter(({ gridPos: { x, w } }) => x + w > 24),
    [],
  );
});

t.test("the ServiceMonitor finds the Service of the metrics, and nothing else", async (t) => {
  const chart = render(VALUES);
  const { metadata, spec } = chart.find("ServiceMonitor");
  t.equal(metadata.labels.release, "prometheus");
  t.same(spec.endpoints, [
    {
      port: "metrics",
      interval: "30s",
      scrapeTimeout: "10s",
      relabelings: [{ action: "labeldrop", regex: "pod_template_hash" }],
      metricRelabelings: [{ action: "drop", sourceLabels: ["__name__"], regex: "nodejs_.*" }],
    },
  ]);
  const selected = chart.objects.filter(
    ({ kind, metadata: { labels } }) =>
      kind === "Service" &&
      Object.entries(spec.selector.matchLabels).every(([key, value]) => labels[key] === value),
  );
  t.same(
    selected.map((service) => service.metadata.name),
    ["pullcred-metrics"],
  );
});

t.test("labels and annotations lead Prometheus and Grafana to what is theirs", async (t) => {
  t.equal(rule.metadata.labels.release, "prometheus");
  const { labels, annotations } = render(VALUES).find("ConfigMap", "pullcred-dashboard").metadata;
  t.equal(labels.grafana_dashboard, "1");
  t.same(annotations, { grafana_folder: "Platform" });
});

t.test("nothing of this is made unless the values ask for it", async (t) => {
  const chart = render();
  t.same(["ServiceMonitor", "PrometheusRule"].flatMap(chart.names), []);
  t.same(chart.names("ConfigMap"), ["pullcred"]);
});
