import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { parse } from "yaml";
import { parseConfig } from "../../src/core/config/parse-config.ts";
import { pullcred, ROOT } from "../builders/cli.ts";
import { CHART, type Rendered, readValues, render, type Values } from "./lib/render.ts";
import { mapping } from "./lib/values.ts";

function configOf(chart: Rendered): string {
  return chart.find("ConfigMap", "pullcred").data["config.yaml"];
}

for (const file of globSync("ci/*-values.yaml", { cwd: CHART })) {
  t.test(`pullcred accepts the configuration of ${file}`, async (t) => {
    const values = readValues(file);
    const parsed = parseConfig(configOf(render(values)));
    t.same(parsed.ok ? [] : parsed.issues, []);
    const warnings = parsed.ok ? parsed.warnings.map(({ message }) => message) : [];
    t.equal(warnings.length, Array.isArray(values.registries) ? 0 : 1, warnings.join());
  });
}

t.test("a configuration of pullcred is one of the chart's values, word for word", async (t) => {
  for (const file of globSync("examples/**/config.yaml", { cwd: ROOT })) {
    const values = parse(readFileSync(join(ROOT, file), "utf8"));
    t.same(parse(configOf(render(values))), { provisioning: "onDemand", ...values }, file);
  }
});

t.test("what import prints is a file of values", async (t) => {
  for (const file of globSync("examples/migrate/*", { cwd: ROOT })) {
    const values = parse((await pullcred(["import", "-f", file])).stdout);
    t.same(parse(configOf(render(values))), { provisioning: "onDemand", ...values }, file);
  }
});

t.test("credentials in the values become a secretRef; the rest of the mapping stays", async (t) => {
  const inline = { inline: { username: "robot", password: "s3cret-inline", server: "a.example.com" } };
  const json = { dockerConfigJson: '{"auths":{"b.example.com":{"username":"u","password":"s3cret-json"}}}' };
  const parts = { secretName: "pull", inject: "always", namespaces: { exclude: ["x"] } };
  const registries = [mapping("a", { ...parts, credentials: inline }), mapping("b", { credentials: json })];
  const config = parse(configOf(render({ provisioning: "eager", registries })));
  t.equal(config.provisioning, "eager");
  t.same(config.registries, [
    mapping("a", { ...parts, credentials: { secretRef: { name: "pullcred-origin-a" } } }),
    mapping("b", { credentials: { secretRef: { name: "pullcred-origin-b" } } }),
  ]);
});

t.test("texts that YAML could take for something else stay texts", async (t) => {
  const odd = ["0x1f", "12", "1e3", "2026-01-01", "no", "null", "on", "true"];
  const registries = odd.map((name) =>
    mapping(name, {
      secretName: name,
      namespaces: { include: [name], selector: { matchLabels: { [name]: name } } },
      credentials: { secretRef: { name } },
    }),
  );
  const chart = render({ registries });
  const parsed = parseConfig(configOf(chart));
  t.same(parsed.ok ? parsed.config.registries.map(({ name }) => name) : parsed.issues, odd);
  t.same(chart.find("Role", "pullcred").rules[0].resourceNames, odd);
  for (const name of odd) {
    const [secrets] = chart.find("Role", `pullcred:${name}`, name).rules;
    t.same(secrets.resourceNames, [name]);
  }
});

t.test("a release, too, may be called like a number", async (t) => {
  const chart = render(
    { nameOverride: "1e3", fullnameOverride: "12", commonLabels: { on: "no" } },
    { name: "12" },
  );
  for (const { kind, metadata } of chart.objects) t.match(metadata.name, /^12/, kind);
  const { metadata, spec } = chart.find("Deployment");
  t.match(metadata.labels, { on: "no", "app.kubernetes.io/name": "1e3", "app.kubernetes.io/instance": "12" });
  t.same(spec.selector.matchLabels, chart.find("Service", "12").spec.selector);
  t.equal(spec.template.spec.serviceAccountName, "12");
  t.equal(chart.find("MutatingWebhookConfiguration").webhooks[0].clientConfig.service.name, "12");
});

t.test("the configuration is mounted as a folder, which kubelet updates", async (t) => {
  const pod = render().find("Deployment").spec.template.spec;
  const [mount] = pod.containers[0].volumeMounts;
  t.same(mount, { name: "config", mountPath: "/etc/pullcred/config", readOnly: true });
  t.equal(pod.volumes[0].configMap.items, undefined);
});

t.test("the same values make the same bytes", async (t) => {
  for (const file of globSync("ci/*-values.yaml", { cwd: CHART })) {
    const values: Values = readValues(file);
    t.equal(render(values).text, render(values).text, file);
  }
  const templates = globSync("templates/*", { cwd: CHART }).map((file) =>
    readFileSync(join(CHART, file), "utf8"),
  );
  t.notMatch(
    templates.join("\n"),
    /\b(lookup|genCA|genSignedCert|genPrivateKey|rand\w+|now|uuidv4|htpasswd)\b \S*["$.(]/,
  );
});
