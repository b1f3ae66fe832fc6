import t from "tap";
import { parseNamespace } from "../../src/cli/options.ts";
import { type KubeObject, readValues, render } from "./lib/render.ts";
import { mapping, mappingIn } from "./lib/values.ts";

const registries = [
  mapping("open"),
  mappingIn("named", ["team-a"]),
  mapping("inline", { credentials: { inline: { username: "u", password: "p" } } }),
];
const EVERYTHING = {
  registries,
  metrics: {
    serviceMonitor: { enabled: true },
    prometheusRule: { enabled: true },
    dashboard: { enabled: true },
  },
  certificates: { mode: "cert-manager" },
};

function identify({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

t.test("everything is named after the release", async (t) => {
  for (const [name, values, expected] of [
    ["pullcred", {}, "pullcred"],
    ["eu", {}, "eu-pullcred"],
    ["my-pullcred", {}, "my-pullcred"],
    ["eu", { nameOverride: "pull" }, "eu-pull"],
    ["eu", { fullnameOverride: "puller" }, "puller"],
    ["eu.west", {}, "eu-west-pullcred"],
  ] as const) {
    const chart = render({ ...EVERYTHING, ...values }, { name });
    for (const { kind, metadata } of chart.objects) {
      t.ok(
        metadata.name === expected || /^[-:]/.test(metadata.name.replace(expected, "")),
        `${kind} ${metadata.name}`,
      );
    }
    t.ok(chart.find("Deployment").spec.template.spec.containers[0].args.includes(`--release=${expected}`));
  }
});

t.test("two releases share nothing, in one namespace or in two", async (t) => {
  const first = new Set(render(EVERYTHING).objects.map(identify));
  for (const namespace of ["pullcred-system", "other"]) {
    const second = render(EVERYTHING, { name: "eu", namespace });
    t.same(
      second.objects.map(identify).filter((identity) => first.has(identity)),
      [],
    );
    const { selector, template } = second.find("Deployment").spec;
    t.equal(selector.matchLabels["app.kubernetes.io/instance"], "eu");
    t.equal(template.metadata.labels["app.kubernetes.io/instance"], "eu");
    for (const name of ["eu-pullcred", "eu-pullcred-metrics"]) {
      t.equal(second.find("Service", name).spec.selector["app.kubernetes.io/instance"], "eu");
    }
  }
});

t.test("long names are cut so that they differ where they differed", async (t) => {
  const base = "r".repeat(50);
  const fullnames = ["a", "b", "aa"].map((end) => {
    const chart = render(EVERYTHING, { name: base + end });
    for (const name of chart.names("Service")) t.ok(name.length <= 63, name);
    return chart.find("Deployment").metadata.name;
  });
  t.equal(new Set(fullnames).size, 3);
  for (const name of fullnames) {
    t.equal(name.length, 55);
    t.equal(parseNamespace(name), name);
  }
  const longest = render(
    { nameOverride: "n".repeat(63), registries: [mapping("m".repeat(63))] },
    { name: base },
  );
  for (const { kind, metadata } of longest.objects) {
    const limit = kind === "Service" ? 63 : 253;
    t.ok(metadata.name.length <= limit, `${kind} ${metadata.name}`);
    for (const value of Object.values(metadata.labels ?? {})) t.match(value, /^[\w.-]{1,63}$/);
  }
});

t.test("a cut leaves no hyphen behind", async (t) => {
  const chart = render({}, { name: `${"a".repeat(45)}-${"b".repeat(7)}` });
  t.match(chart.find("Deployment").metadata.name, /^a{45}-[0-9a-f]{8}$/);
});

t.test("every object has the labels by which it is found, and those of the values", async (t) => {
  const values = { ...readValues("ci/strict-values.yaml"), extraObjects: [] };
  for (const { kind, metadata } of render(values).objects) {
    t.match(
      metadata.labels,
      {
        "app.kubernetes.io/name": "pullcred",
        "app.kubernetes.io/instance": "pullcred",
        "app.kubernetes.io/version": String,
        "app.kubernetes.io/managed-by": "Helm",
        "helm.sh/chart": /^pullcred-/,
        team: "platform",
      },
      kind,
    );
  }
});

t.test("labels of the values never take the place of the chart's", async (t) => {
  const labels = { "app.kubernetes.io/name": "other", "helm.sh/chart": "other" };
  const chart = render({ commonLabels: labels, podLabels: labels });
  const { metadata, spec } = chart.find("Deployment");
  t.equal(metadata.labels["app.kubernetes.io/name"], "pullcred");
  t.match(metadata.labels["helm.sh/chart"], /^pullcred-/);
  t.match(spec.template.metadata.labels, spec.selector.matchLabels);
});

t.test("every object outside of other namespaces is in the release's", async (t) => {
  const clusterWide = ["ClusterRole", "ClusterRoleBinding", "MutatingWebhookConfiguration"];
  for (const { kind, metadata } of render(EVERYTHING).objects) {
    const place = clusterWide.includes(kind) ? /^none$/ : /^(pullcred-system|team-a)$/;
    t.match(metadata.namespace ?? "none", place, `${kind} ${metadata.name}`);
  }
});

t.test("more objects are rendered with Helm's templates in them", async (t) => {
  const chart = render(readValues("ci/strict-values.yaml"));
  t.same(chart.names("ConfigMap"), ["pullcred", "pullcred-more", "pullcred-notes"]);
});
