import { Histogram } from "prom-client";
import { createMetrics } from "../../../src/adapters/observability/metrics.ts";
import type { KubeObject } from "./render.ts";

/** The labels of each series that the process can have on /metrics, by the series' name. */
export const SERIES: ReadonlyMap<string, readonly string[]> = collectSeries();

/** Labels that Prometheus gives to whatever it reads. */
const TARGET_LABELS = ["namespace", "service"];

/** What an expression of PromQL speaks of that the process does not have. */
export function findUnknown(expression: string): readonly string[] {
  const selectors = [...expression.matchAll(/\b(pullcred_\w+)(?:\{([^}]*)\})?/g)];
  const groups = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = ""]) =>
    names.split(/, ?/),
  );
  const known = new Set(selectors.flatMap(([, name = ""]) => SERIES.get(name) ?? []));
  return [
    ...selectors.flatMap(([, name = "", matchers = ""]) => findUnknownOf(name, matchers)),
    ...groups
      .filter((label) => !known.has(label) && !TARGET_LABELS.includes(label))
      .map((label) => `by ${label}`),
  ];
}

function findUnknownOf(name: string, matchers: string): readonly string[] {
  const labels = SERIES.get(name);
  if (labels === undefined) return [name];
  const used = [...matchers.matchAll(/(\w+)(?:=~?|!=|!~)"/g)].map(([, label = ""]) => label);
  const unknown = used.filter((label) => !labels.includes(label) && !TARGET_LABELS.includes(label));
  return unknown.map((label) => `${name}{${label}}`);
}

function collectSeries(): ReadonlyMap<string, readonly string[]> {
  const metrics = createMetrics();
  // These are made where there is something to read from.
  metrics.watchStaleness(() => []);
  metrics.standingCopies(() => []);
  metrics.originStates(() => []);
  metrics.credentialExpiries(() => new Map());
  metrics.knownVerdicts(() => []);
  const series = new Map<string, readonly string[]>();
  for (const metric of metrics.registry.getMetricsAsArray()) {
    const { name, labelNames }: KubeObject = metric;
    if (metric instanceof Histogram) {
      series.set(`${name}_bucket`, [...labelNames, "le"]);
      series.set(`${name}_sum`, labelNames);
      series.set(`${name}_count`, labelNames);
    } else series.set(name, labelNames);
  }
  return series;
}
