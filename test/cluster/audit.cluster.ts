import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { Finding } from "../../src/core/audit/finding.ts";
import { pullcred } from "../builders/cli.ts";
import { eventually } from "../builders/eventually.ts";
import { IMAGE, startCluster } from "./lib/cluster.ts";
import { kubeconfig } from "./lib/control-plane.ts";
import { type Replica, registerWebhook } from "./lib/replica.ts";

const UNUSED = { name: "unused", matchImages: ["unused.example.com"], secretName: "unused-pull" };
const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/pullcred";

const cluster = await startCluster(t);
const { admin, plane } = cluster;
const asAdmin = { KUBECONFIG: join(plane.folder, "admin.kubeconfig") };
await cluster.setPassword("one");

async function audit(
  args: readonly string[] = [],
  env = asAdmin,
): Promise<{
  readonly code: number | null;
  readonly findings: readonly Finding[];
  readonly output: string;
}> {
  const common = ["audit", "--config", cluster.configFile, "-o", "json"];
  const { code, stdout, stderr } = await pullcred([...common, ...args], "", env);
  return { code, findings: stdout === "" ? [] : JSON.parse(stdout).findings, output: stdout + stderr };
}

const linesOf = (findings: readonly Finding[]): readonly string[] =>
  findings
    .map(
      ({ kind, severity, namespace, name, mapping }) => `${severity} ${kind} ${namespace}/${name ?? mapping}`,
    )
    .sort();

async function makeSecret(
  namespace: string,
  config: string,
  name = "harbor-pull",
  type = "kubernetes.io/dockerconfigjson",
) {
  await admin.create(`/api/v1/namespaces/${namespace}/secrets`, {
    metadata: { name },
    type,
    stringData: { ".dockerconfigjson": config },
  });
}

const LOGIN = JSON.stringify({
  auths: { "harbor.example.com": { username: "somebody", password: "secret-of-others" } },
});
const BROKEN = JSON.stringify({ auths: { "harbor.example.com": { auth: "secret-of-others" } } });

/** As kubelet reports it: there is none beside this control plane. */
async function report(namespace: string, pod: string, state: object): Promise<void> {
  const status = {
    containerStatuses: [{ name: "app", image: IMAGE, imageID: "", ready: false, restartCount: 0, state }],
  };
  const { status: code } = await admin.merge(`/api/v1/namespaces/${namespace}/pods/${pod}/status`, {
    status,
  });
  if (code !== 200) throw new Error(`the status of ${pod} was refused with ${code}`);
}

for (const name of ["before", "foreign", "broken", "strict", "odd", "current"])
  await cluster.makeNamespace(name);

t.test("Pods that were made before the webhook lack their secret", async (t) => {
  await cluster.makePod("before", "waiting");
  await cluster.makePod("before", "cached", {
    spec: { containers: [{ name: "app", image: IMAGE, imagePullPolicy: "IfNotPresent" }] },
  });
  await cluster.makePod("before", "done", { spec: { restartPolicy: "Never" } });
  await report("before", "waiting", { waiting: { reason: "ImagePullBackOff" } });
  await report("before", "cached", { running: { startedAt: "2026-01-01T00:00:00Z" } });
  await admin.merge("/api/v1/namespaces/before/pods/done/status", { status: { phase: "Succeeded" } });
  const template = {
    metadata: { labels: { app: "set" } },
    spec: { containers: [{ name: "app", image: IMAGE }] },
  };
  await admin.create("/apis/apps/v1/namespaces/before/replicasets", {
    metadata: { name: "set" },
    spec: { replicas: 3, selector: { matchLabels: { app: "set" } }, template },
  });
  await eventually("the ReplicaSet has its Pods", async () => {
    const { items } = (await admin.get("/api/v1/namespaces/before/pods?labelSelector=app=set")).body;
    return items.length === 3 || undefined;
  });

  const { code, findings } = await audit(["-n", "before"]);
  t.equal(code, 1);
  const about = (name: string): readonly string[] =>
    linesOf(findings.filter((finding) => finding.name === name));
  t.same(about("waiting"), ["error NotInjected before/waiting"]);
  t.same(about("cached"), ["warning CachedImage before/cached", "warning NotInjected before/cached"]);
  t.same(about("done"), [], "what has ended pulls nothing");
  const ofSet = findings.filter(({ owner }) => owner === "ReplicaSet/set");
  t.same(
    ofSet.map(({ kind }) => kind),
    ["NotInjected", "NotInjected", "NotInjected"],
  );

  const people = await pullcred(["audit", "--config", cluster.configFile, "-n", "before"], "", asAdmin);
  t.match(people.stdout, /^warning +NotInjected +before +ReplicaSet\/set +3 .* \(such as set-/m);
});

let replica: Replica | undefined;

t.test("foreign, broken, useless and missing pull secrets, and ServiceAccounts that enforce", async (t) => {
  replica = await cluster.start();
  await registerWebhook(plane, replica);
  await makeSecret("foreign", LOGIN);
  await makeSecret("broken", BROKEN);
  await makeSecret("odd", LOGIN, "opaque", "Opaque");
  await cluster.makePod("foreign", "shop");
  await cluster.makePod("broken", "shop");
  await cluster.makePod("odd", "shop", {
    spec: { imagePullSecrets: [{ name: "opaque" }, { name: "gone" }] },
  });
  const annotations = { "kubernetes.io/enforce-mountable-secrets": "true" };
  await admin.create("/api/v1/namespaces/strict/serviceaccounts", {
    metadata: { name: "strict", annotations },
  });
  await cluster.makePod("strict", "shop", { spec: { serviceAccountName: "strict" } });
  await cluster.makePod("current", "shop");

  cluster.configure([
    { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" },
    UNUSED,
  ]);
  const { code, findings, output } = await audit();
  t.equal(code, 1);
  t.same(linesOf(findings.filter(({ namespace }) => namespace !== "before")), [
    "error OriginMissing pullcred/unused",
    "error PullSecretBroken broken/shop",
    "info MappingUnused null/unused",
    "info MountableSecretsEnforced strict/strict",
    "warning PullSecretForeign broken/shop",
    "warning PullSecretForeign foreign/shop",
    "warning PullSecretIgnored odd/shop",
    "warning PullSecretMissing odd/shop",
    "warning SecretNotMountable strict/shop",
  ]);
  t.match(
    findings.find(({ kind }) => kind === "PullSecretBroken")?.message,
    /auths\["harbor\.example\.com"\]\.auth/,
  );
  t.notMatch(output, /secret-of-others|somebody|robot/);
});

t.test("explain tells what kubelet tries for a Pod of the cluster", async (t) => {
  const explain = async (namespace: string, name = "shop") => {
    const args = ["explain", "--config", cluster.configFile, "-n", namespace, "--pod", name, "-o", "json"];
    const { code, stdout, stderr } = await pullcred(args, "", asAdmin);
    return { code, stderr, value: stdout === "" ? null : JSON.parse(stdout) };
  };
  const current = await explain("current");
  t.equal(current.code, 0);
  t.match(current.value, {
    pod: {
      name: "shop",
      namespace: "current",
      reason: "AlreadyPresent",
      pullSecrets: [{ name: "harbor-pull", problem: null }],
    },
    images: [
      {
        image: IMAGE,
        credentials: [{ secret: "harbor-pull", key: "harbor.example.com", isUsed: true }],
        traps: [{ kind: "NoAnonymousFallback" }],
      },
    ],
  });
  const broken = await explain("broken");
  t.match(broken, { code: 1, value: { images: [{ traps: [{ kind: "PullFails" }] }] } });
  const before = await explain("before", "waiting");
  t.equal(before.code, 1);
  t.match(before.value, {
    pod: { reason: "NotInjected", isMade: true, pullSecrets: [], missing: ["harbor-pull"] },
    images: [{ traps: [{ kind: "Anonymous" }] }],
  });
  t.match(await explain("before", "nobody"), {
    code: 2,
    stderr: /could not find Pod nobody in namespace before/,
  });
});

t.test("what changes while pullcred is away is stale or not injected", async (t) => {
  await replica?.stop();
  await admin.delete(WEBHOOKS);
  await cluster.setPassword("two");
  await eventually("Pods are no longer sent to the webhook", async () => {
    const { status } = await cluster.makePod("current", "away");
    return status === 201 || status === 409 || undefined;
  });
  const { findings } = await audit(["-n", "current"]);
  t.same(linesOf(findings.filter(({ namespace }) => namespace === "current")), [
    "warning NotInjected current/away",
    "warning PullSecretStale current/shop",
  ]);
});

t.test("a user who may only see the Pods of a namespace is told what is missing", async (t) => {
  const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/current";
  await admin.create("/api/v1/namespaces/current/serviceaccounts", { metadata: { name: "reader" } });
  await admin.create(`${rbac}/roles`, {
    metadata: { name: "reader" },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }],
  });
  await admin.create(`${rbac}/rolebindings`, {
    metadata: { name: "reader" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
    subjects: [{ kind: "ServiceAccount", name: "reader", namespace: "current" }],
  });
  const { body } = await admin.create("/api/v1/namespaces/current/serviceaccounts/reader/token", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {},
  });
  const KUBECONFIG = join(plane.folder, "reader.kubeconfig");
  writeFileSync(KUBECONFIG, kubeconfig(plane.port, `token: ${body.status.token}`));
  const { code, findings } = await audit(["-n", "current"], { KUBECONFIG });
  t.equal(code, 1);
  t.same(
    findings
      .filter(({ kind }) => kind === "NotRead")
      .map(({ message }) => /list (\w+)|Secret \S+/.exec(message)?.[0]),
    ["Secret harbor-creds", "Secret unused-creds", "list namespaces", "list ServiceAccounts", "list Secrets"],
  );
  t.match(linesOf(findings).join("\n"), "warning NotInjected current/away");
  const whole = await audit([], { KUBECONFIG });
  t.equal(whole.code, 2);
  t.match(whole.output, /could not read the Pods: .*cannot list resource "pods"/);
});
