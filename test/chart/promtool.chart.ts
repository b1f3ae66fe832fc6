import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { stringify } from "yaml";
import { readValues, render } from "./lib/render.ts";

const rule = render(readValues("ci/monitoring-values.yaml")).find("PrometheusRule");
const OF = 'namespace="pullcred-system",service="pullcred-metrics"';
/** Long enough for every alert's `for`; samples come once a minute. */
const LAST = "3h";
const SAMPLES = "x180";

/** Runs promtool on a folder with the rules and one more file. */
function promtool(t: Test, args: readonly string[], tests?: object): string {
  const folder = t.testdir({});
  writeFileSync(join(folder, "rules.yaml"), stringify(rule.spec));
  if (tests !== undefined) writeFileSync(join(folder, "tests.yaml"), stringify(tests));
  const { stdout, stderr } = spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });
  return stdout + stderr;
}

type Series = Readonly<Record<string, string>>;

/** All is well: the certificate and the credential end in a year, as Prometheus' clock in these tests begins at 0. */
const HEALTHY: Series = {
  [`pullcred_config_valid{${OF},pod="a"}`]: `1+0${SAMPLES}`,
  [`pullcred_certificate_valid{${OF},pod="a"}`]: `1+0${SAMPLES}`,
  [`pullcred_certificate_expiry_timestamp_seconds{${OF},pod="a"}`]: `31536000+0${SAMPLES}`,
  [`pullcred_leader{${OF},pod="a"}`]: `1+0${SAMPLES}`,
  [`pullcred_leader{${OF},pod="b"}`]: `0+0${SAMPLES}`,
  [`pullcred_watch_staleness_seconds{${OF},pod="a",resource="secrets"}`]: `10+0${SAMPLES}`,
  [`pullcred_review_failures_total{${OF},pod="a",status="400"}`]: `0+1${SAMPLES}`,
  [`pullcred_source_refreshes_total{${OF},pod="a",registry="ecr",result="CredentialRefreshed"}`]: `0+1${SAMPLES}`,
  [`pullcred_credential_expiry_timestamp_seconds{${OF},pod="a",registry="ecr"}`]: `31536000+0${SAMPLES}`,
  [`pullcred_repairs_total{${OF},pod="a",registry="ecr",result="Evicted"}`]: `0+1${SAMPLES}`,
  [`pullcred_verification{${OF},pod="a",registry="ecr",verdict="Works"}`]: `1+0${SAMPLES}`,
  [`pullcred_verification{${OF},pod="a",registry="hub",verdict="Inconclusive"}`]: `1+0${SAMPLES}`,
  [`pullcred_copies_standing{${OF},pod="a",registry="ecr",state="foreign"}`]: `0+0${SAMPLES}`,
  [`pullcred_copies_standing{${OF},pod="a",registry="ecr",state="stale"}`]: `0+0${SAMPLES}`,
};

/** What changes, and the alerts that fire then. */
const ROWS: readonly (readonly [string, Series, readonly string[]])[] = [
  ["all is well", {}, []],
  [
    "the config is refused",
    { [`pullcred_config_valid{${OF},pod="a"}`]: `0+0${SAMPLES}` },
    ["PullcredConfigInvalid"],
  ],
  [
    "the certificate is refused",
    { [`pullcred_certificate_valid{${OF},pod="a"}`]: `0+0${SAMPLES}` },
    ["PullcredCertificateInvalid"],
  ],
  [
    "the certificate ends in some days",
    { [`pullcred_certificate_expiry_timestamp_seconds{${OF},pod="a"}`]: `300000+0${SAMPLES}` },
    ["PullcredCertificateExpiring"],
  ],
  ["nobody leads", { [`pullcred_leader{${OF},pod="a"}`]: `0+0${SAMPLES}` }, ["PullcredNoLeader"]],
  [
    "a watch is silent",
    { [`pullcred_watch_staleness_seconds{${OF},pod="a",resource="secrets"}`]: `200+60${SAMPLES}` },
    ["PullcredWatchStale"],
  ],
  [
    "reviews fail",
    { [`pullcred_review_failures_total{${OF},pod="a",status="500"}`]: `0+5${SAMPLES}` },
    ["PullcredReviewFailures"],
  ],
  [
    "a source fails",
    {
      [`pullcred_source_refreshes_total{${OF},pod="a",registry="ecr",result="CredentialRefreshed"}`]: `5+0${SAMPLES}`,
      [`pullcred_source_refreshes_total{${OF},pod="a",registry="ecr",result="RefreshFailed"}`]: `0+1${SAMPLES}`,
    },
    ["PullcredSourceFailing"],
  ],
  [
    "a credential has expired",
    { [`pullcred_credential_expiry_timestamp_seconds{${OF},pod="a",registry="ecr"}`]: `60+0${SAMPLES}` },
    ["PullcredCredentialExpired"],
  ],
  [
    "Pods that are made anew lack their pull secret as well",
    {
      [`pullcred_repairs_total{${OF},pod="a",registry="ecr",result="Futile"}`]: "1+0x110 2+0x70",
    },
    ["PullcredRepairFutile"],
  ],
  [
    "a credential is refused, and refused again",
    { [`pullcred_verification{${OF},pod="a",registry="hub",verdict="WrongCredentials"}`]: "_x150 1+0x30" },
    ["PullcredWrongCredentials"],
  ],
  [
    "a credential is refused once",
    { [`pullcred_verification{${OF},pod="a",registry="hub",verdict="WrongCredentials"}`]: "_x164 1+0x16" },
    [],
  ],
  [
    "a Secret is foreign",
    { [`pullcred_copies_standing{${OF},pod="a",registry="ecr",state="foreign"}`]: `1+0${SAMPLES}` },
    ["PullcredForeignSecrets"],
  ],
  [
    "copies are behind",
    { [`pullcred_copies_standing{${OF},pod="a",registry="ecr",state="stale"}`]: `2+0${SAMPLES}` },
    ["PullcredStaleCopies"],
  ],
];

t.test("promtool finds nothing to say of the rules", async (t) => {
  t.match(promtool(t, ["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"]), /SUCCESS/);
});

t.test("each alert fires when it should, and no other one does", async (t) => {
  const names: readonly string[] = rule.spec.groups.flatMap(({ rules }: { rules: { alert: string }[] }) =>
    rules.map(({ alert }) => alert),
  );
  t.same(new Set(ROWS.flatMap(([, , fire]) => fire)), new Set(names), "every alert is tried");
  for (const [name, changed, expected] of ROWS) {
    const series = Object.entries({ ...HEALTHY, ...changed }).map(([name, values]) => ({
      series: name,
      values,
    }));
    // Of each alert that fires promtool says that nothing was expected of it.
    const alert_rule_test = names.map((alertname) => ({ eval_time: LAST, alertname }));
    const test = { interval: "1m", input_series: series, alert_rule_test };
    const said = promtool(t, ["test", "rules", "tests.yaml"], { rule_files: ["rules.yaml"], tests: [test] });
    const fires = [...said.matchAll(/alertname: (\w+)/g)].map(([, alert]) => alert);
    t.same(fires, expected, name);
  }
});
