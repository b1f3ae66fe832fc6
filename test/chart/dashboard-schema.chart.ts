import t from "tap";
import { checkDashboard } from "./lib/check-dashboard.ts";
import { type KubeObject, readValues, render } from "./lib/render.ts";

const chart = render(readValues("ci/monitoring-values.yaml"));
const DASHBOARD: KubeObject = JSON.parse(chart.find("ConfigMap", "pullcred-dashboard").data["pullcred.json"]);
const timeSeries: number = DASHBOARD.panels.findIndex(({ type }: KubeObject) => type === "timeseries");

t.test("the dashboard is one by Grafana's own schema", async (t) => {
  t.equal(checkDashboard(t.testdir({}), DASHBOARD), "");
});

t.test("the check would find what Grafana does not know", async (t) => {
  const rows: readonly (readonly [string, (dashboard: KubeObject) => void, RegExp])[] = [
    ["a key of the dashboard", (dashboard) => (dashboard.refreshes = "1m"), /refreshes/],
    ["a type", (dashboard) => (dashboard.schemaVersion = "39"), /not assignable to type 'number'/],
    ["a kind of panel", (dashboard) => (dashboard.panels[0].type = "graphs"), /graphs/],
    ["an option of a panel", (dashboard) => (dashboard.panels[timeSeries].options.tooltips = {}), /tooltips/],
    [
      "a value of an option",
      (dashboard) => (dashboard.panels[timeSeries].options.tooltip.mode = "many"),
      /many/,
    ],
    [
      "a field's own option",
      (dashboard) => (dashboard.panels[timeSeries].fieldConfig.defaults.custom = { fill: 20 }),
      /fill/,
    ],
  ];
  for (const [name, change, expected] of rows) {
    const dashboard = structuredClone(DASHBOARD);
    change(dashboard);
    t.match(checkDashboard(t.testdir({}), dashboard), expected, name);
  }
});
