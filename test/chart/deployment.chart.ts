import t from "tap";
import { command } from "../../src/cli/serve/command.ts";
import { readValues, render, type Values } from "./lib/render.ts";
import { mapping } from "./lib/values.ts";

const STRICT = readValues("ci/strict-values.yaml");

t.test(
  "two Pods run pullcred with the configuration, the release's name and its own certificate",
  async (t) => {
    const { spec } = render().find("Deployment");
    t.equal(spec.replicas, 2);
    t.equal(spec.strategy, undefined);
    const { containers, volumes, ...pod } = spec.template.spec;
    t.match(pod, {
      serviceAccountName: "pullcred",
      automountServiceAccountToken: true,
      terminationGracePeriodSeconds: 30,
      nodeSelector: { "kubernetes.io/os": "linux" },
    });
    t.same(volumes, [{ name: "config", configMap: { name: "pullcred" } }]);
    t.equal(containers.length, 1);
    t.match(containers[0], {
      image: /^ghcr\.io\/pullcred\/pullcred:\d+\.\d+\.\d+$/,
      imagePullPolicy: "IfNotPresent",
      args: [
        "serve",
        "--config=/etc/pullcred/config/config.yaml",
        "--release=pullcred",
        "--listen=:8443",
        "--metrics-listen=:9090",
        "--manage-certificate",
        "--namespaced-roles",
        "--log-level=info",
        "--drain-delay=2",
      ],
      env: [{ name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
      volumeMounts: [{ name: "config", mountPath: "/etc/pullcred/config", readOnly: true }],
      resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    });
    t.equal(containers[0].args.length, 9);
  },
);

t.test("pullcred knows every argument that it is started with", async (t) => {
  const files = ["default", "strict", "cert-manager", "files"].map((name) => `ci/${name}-values.yaml`);
  for (const file of files) {
    const [container] = render(readValues(file)).find("Deployment").spec.template.spec.containers;
    const serve = command()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    serve.action(() => undefined);
    await t.resolves(serve.parseAsync(container.args.slice(1), { from: "user" }), file);
  }
});

t.test(
  "probes ask the port for metrics, in ways that tell starting, hanging and not ready apart",
  async (t) => {
    const [container] = render({ metrics: { port: 9191 } }).find("Deployment").spec.template.spec.containers;
    t.same(container.ports[1], { name: "metrics", containerPort: 9191 });
    t.ok(container.args.includes("--metrics-listen=:9191"));
    t.same(container.startupProbe.httpGet, { path: "/livez", port: "metrics" });
    t.same(container.livenessProbe.httpGet, { path: "/livez", port: "metrics" });
    t.same(container.readinessProbe.httpGet, { path: "/readyz", port: "metrics" });
  },
);

t.test("another configuration, credential or chart version rolls no Pod", async (t) => {
  const inline = (password: string): Values => ({
    registries: [mapping("hub", { credentials: { inline: { username: "u", password } } })],
  });
  const before = render(inline("one"));
  const after = render({ ...inline("two"), provisioning: "eager" });
  t.not(before.text, after.text);
  t.same(before.find("Deployment"), after.find("Deployment"));
  const { labels, annotations } = before.find("Deployment").spec.template.metadata;
  t.same(labels, { "app.kubernetes.io/name": "pullcred", "app.kubernetes.io/instance": "pullcred" });
  t.equal(annotations, undefined);
});

t.test("the Pods are spread over nodes and zones, each version by itself", async (t) => {
  const { topologySpreadConstraints } = render().find("Deployment").spec.template.spec;
  const labelSelector = {
    matchLabels: { "app.kubernetes.io/name": "pullcred", "app.kubernetes.io/instance": "pullcred" },
  };
  const common = {
    maxSkew: 1,
    whenUnsatisfiable: "ScheduleAnyway",
    matchLabelKeys: ["pod-template-hash"],
    labelSelector,
  };
  t.same(topologySpreadConstraints, [
    { ...common, topologyKey: "kubernetes.io/hostname" },
    { ...common, topologyKey: "topology.kubernetes.io/zone" },
  ]);
  const own = {
    topologyKey: "rack",
    whenUnsatisfiable: "DoNotSchedule",
    labelSelector: { matchLabels: { a: "b" } },
  };
  const chart = render({ topologySpreadConstraints: [own] });
  t.same(chart.find("Deployment").spec.template.spec.topologySpreadConstraints, [own]);
});

t.test("every value for Pods reaches them", async (t) => {
  const { spec } = render(STRICT).find("Deployment");
  t.equal(spec.replicas, 3);
  t.same(spec.strategy, { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
  t.same(spec.template.metadata, {
    labels: {
      "app.kubernetes.io/name": "pullcred",
      "app.kubernetes.io/instance": "pullcred",
      team: "platform",
      "cost-centre": "42",
    },
    annotations: { "example.com/owner": "platform" },
  });
  const pod = spec.template.spec;
  t.match(pod, {
    serviceAccountName: "pullcred-webhook",
    imagePullSecrets: [{ name: "platform-pull" }],
    hostNetwork: true,
    dnsPolicy: "ClusterFirstWithHostNet",
    priorityClassName: "system-cluster-critical",
    terminationGracePeriodSeconds: 60,
    tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }],
    affinity: { nodeAffinity: {} },
  });
  const [container] = pod.containers;
  t.match(container.image, /^ghcr\.io\/pullcred\/pullcred@sha256:[0-9a-f]{64}$/);
  t.same(container.args.slice(-3), ["--log-level=debug", "--drain-delay=5", "--output=json"]);
  t.same(container.env[1], { name: "HTTPS_PROXY", value: "http://proxy.example.com:3128" });
});

t.test("verification reaches the process, with its CA beside the configuration", async (t) => {
  const chart = render(STRICT);
  const [container] = chart.find("Deployment").spec.template.spec.containers;
  const flags = container.args.filter((arg: string) => arg.startsWith("--verify"));
  t.same(flags, [
    "--verify-every=1h30m",
    "--verify-ca-file=/etc/pullcred/config/registry-ca.crt",
    "--verify-insecure-host=registry.example.com:5000",
    "--verify-insecure-host=[fd00::1]:5000",
  ]);
  const { data } = chart.find("ConfigMap", chart.find("Deployment").metadata.name);
  t.match(data["registry-ca.crt"], /^-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n$/);
  t.same(Object.keys(render().find("ConfigMap").data), ["config.yaml"]);
});

t.test("volumes of the values stand behind its own", async (t) => {
  const pod = render(readValues("ci/registries-values.yaml")).find("Deployment").spec.template.spec;
  t.same(pod.volumes, [
    { name: "config", configMap: { name: "pullcred" } },
    { name: "docker", secret: { secretName: "docker-config" } },
  ]);
  t.same(pod.containers[0].volumeMounts[1], {
    name: "docker",
    mountPath: "/etc/pullcred/docker",
    readOnly: true,
  });
});

t.test("null takes a default away", async (t) => {
  const pod = render({ nodeSelector: null, topologySpreadConstraints: null, resources: null }).find(
    "Deployment",
  ).spec.template.spec;
  t.equal(pod.nodeSelector, undefined);
  t.equal(pod.topologySpreadConstraints, undefined);
  t.equal(pod.containers[0].resources, undefined);
});
