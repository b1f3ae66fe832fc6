import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { stringify } from "yaml";
import { readValues, render } from "./lib/render.ts";

const VALUES = readValues("ci/monitoring-values.yaml");
const rule = render(VALUES).find("PrometheusRule");
const other = render(VALUES, { name: "eu", namespace: "other" }).find("PrometheusRule");
const OF = 'namespace="pullcred-system",service="pullcred-metrics"';
/** Long enough for every alert's `for`; samples come once a minute. */
const LAST = "3h";
const SAMPLES = "x180";

/** Runs promtool on a folder with the rules of two releases and one more file. */
function promtool(t: Test, args: readonly string[], tests?: object): string {
  const folder = t.testdir({});
  writeFileSync(join(folder, "rules.yaml"), stringify(rule.spec));
  writeFileSync(join(folder, "other.yaml"), stringify(other.spec));
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
  [`pullcred_origin{${OF},pod="a",registry="ecr",state="current"}`]: `1+0${SAMPLES}`,
  [`pullcred_origin{${OF},pod="a",registry="hub",state="current"}`]: `1+0${SAMPLES}`,
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
    "a new leader's source fails for a minute, and then works",
    {
      [`pullcred_source_refreshes_total{${OF},pod="a",registry="ecr",result="CredentialRefreshed"}`]:
        "_x167 0 0 1+0x11",
      [`pullcred_source_refreshes_total{${OF},pod="a",registry="ecr",result="RefreshFailed"}`]:
        "_x167 4 6+0x12",
    },
    [],
  ],
  [
    "a Secret is foreign where a source should write, which is counted once",
    {
      [`pullcred_source_refreshes_total{${OF},pod="a",registry="ecr",result="CredentialRefreshed"}`]: `0+0${SAMPLES}`,
      [`pullcred_source_refreshes_total{${OF},pod="a",registry="ecr",result="ForeignSecret"}`]:
        "0+0x168 1+0x11",
      [`pullcred_origin{${OF},pod="a",registry="ecr",state="foreign"}`]: "_x169 1+0x11",
    },
    ["PullcredOriginTrouble"],
  ],
  [
    "a Secret that was foreign for long",
    { [`pullcred_origin{${OF},pod="a",registry="ecr",state="foreign"}`]: `1+0${SAMPLES}` },
    ["PullcredOriginTrouble"],
  ],
  [
    "there is no origin, and no copy either",
    { [`pullcred_origin{${OF},pod="a",registry="new",state="missing"}`]: `1+0${SAMPLES}` },
    ["PullcredOriginTrouble"],
  ],
  [
    "an origin is broken from the beginning, and copies of a former one stand",
    {
      [`pullcred_origin{${OF},pod="a",registry="ecr",state="broken"}`]: `1+0${SAMPLES}`,
      [`pullcred_copies_standing{${OF},pod="a",registry="ecr",state="stale"}`]: `2+0${SAMPLES}`,
    },
    ["PullcredOriginTrouble"],
  ],
  [
    "a new credential is refused, the last good one stays",
    { [`pullcred_origin{${OF},pod="a",registry="hub",state="kept"}`]: `1+0${SAMPLES}` },
    ["PullcredOriginTrouble"],
  ],
  [
    "an origin is missing for some minutes",
    { [`pullcred_origin{${OF},pod="a",registry="hub",state="missing"}`]: "_x160 1+0x8 stale" },
    [],
  ],
  [
    "a credential has expired",
    { [`pullcred_credential_expiry_timestamp_seconds{${OF},pod="a",registry="ecr"}`]: `60+0${SAMPLES}` },
    ["PullcredCredentialExpired"],
  ],
  [
    "a credential has expired, and the next leader has not told it yet",
    { [`pullcred_credential_expiry_timestamp_seconds{${OF},pod="a",registry="ecr"}`]: "60+0x177 stale" },
    ["PullcredCredentialExpired"],
  ],
  [
    "a Pod that is made anew lacks its pull secret as well, the first of this leader",
    { [`pullcred_repairs_total{${OF},pod="a",registry="ecr",result="Futile"}`]: "0+0x110 1+0x70" },
    ["PullcredRepairFutile"],
  ],
  [
    "a credential is refused, and refused again",
    { [`pullcred_verification{${OF},pod="a",registry="hub",verdict="WrongCredentials"}`]: "_x150 1+0x30" },
    ["PullcredWrongCredentials"],
  ],
  [
    "a credential is refused once, and a quarter of an hour later it is not",
    {
      [`pullcred_verification{${OF},pod="a",registry="hub",verdict="WrongCredentials"}`]:
        "_x160 1+0x16 stale",
    },
    [],
  ],
  [
    "a credential is wrong, and another replica leads since a while",
    {
      [`pullcred_verification{${OF},pod="a",registry="hub",verdict="WrongCredentials"}`]: "1+0x160 stale",
      [`pullcred_verification{${OF},pod="b",registry="hub",verdict="WrongCredentials"}`]: "_x163 1+0x17",
    },
    ["PullcredWrongCredentials"],
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

const names: readonly string[] = rule.spec.groups.flatMap(({ rules }: { rules: { alert: string }[] }) =>
  rules.map(({ alert }) => alert),
);

/** The labels of each alert that fires: promtool says of it that nothing was expected. */
function fire(t: Test, series: Series, rule_files: readonly string[]): readonly string[] {
  const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const alert_rule_test = names.map((alertname) => ({ eval_time: LAST, alertname }));
  const test = { interval: "1m", input_series, alert_rule_test };
  const said = promtool(t, ["test", "rules", "tests.yaml"], { rule_files, tests: [test] });
  return [...said.matchAll(/Labels:\{(alertname=[^}]*)\}/g)].map(([, labels = ""]) => labels);
}

t.test("each alert fires when it should, and no other one does", async (t) => {
  t.same(new Set(ROWS.flatMap(([, , fire]) => fire)), new Set(names), "every alert is tried");
  for (const [name, changed, expected] of ROWS) {
    const fired = fire(t, { ...HEALTHY, ...changed }, ["rules.yaml"]);
    t.same(
      fired.map((labels) => /^alertname="(\w+)"/.exec(labels)?.[1]),
      expected,
      name,
    );
  }
});

t.test("of two releases side by side each has alerts of its own", async (t) => {
  const OTHER = 'namespace="other",service="eu-pullcred-metrics"';
  const ofOther = Object.entries(HEALTHY).map(([name, values]) => [name.replace(OF, OTHER), values]);
  const leaderless = [OF, OTHER].map((of) => [`pullcred_leader{${of},pod="a"}`, `0+0${SAMPLES}`]);
  const refused = { [`pullcred_config_valid{${OTHER},pod="a"}`]: `0+0${SAMPLES}` };
  const series = { ...HEALTHY, ...Object.fromEntries([...ofOther, ...leaderless]), ...refused };
  const labelled = (alertname: string, of: string, severity: string): string =>
    `alertname="${alertname}", ${of.replace(",", ", ")}, severity="${severity}"`;
  t.same(
    new Set(fire(t, series, ["rules.yaml", "other.yaml"])),
    new Set([
      labelled("PullcredConfigInvalid", OTHER, "warning"),
      labelled("PullcredNoLeader", OF, "critical"),
      labelled("PullcredNoLeader", OTHER, "critical"),
    ]),
  );
});
