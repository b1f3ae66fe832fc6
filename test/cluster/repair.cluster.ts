import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { createKubeClient } from "../../src/adapters/kube/client/kube-client.ts";
import { createConnection } from "../../src/adapters/kube/client/kube-connection.ts";
import { createKubeWaitingPods } from "../../src/adapters/kube/kube-waiting-pods.ts";
import { monotonicClock } from "../../src/adapters/time/system-clock.ts";
import { eventually } from "../builders/eventually.ts";
import { fakeReflectors } from "../builders/fake-reflectors.ts";
import { IMAGE, startCluster } from "./lib/cluster.ts";
import { registerWebhook } from "./lib/replica.ts";
import { grantRepair, PULLCRED_USER } from "./lib/rights.ts";
import { failPull, listPods, makeStuck, type PodObject } from "./lib/stuck-pods.ts";

const cluster = await startCluster(t);
const { admin, plane } = cluster;
await cluster.setPassword("hunter2");
await grantRepair(admin);

const labels = { app: "shop" };
const template = (spec: object = {}): object => ({
  metadata: { labels },
  spec: { containers: [{ name: "app", image: IMAGE }], ...spec },
});
const once = template({ restartPolicy: "Never" });
const selector = { matchLabels: labels };
const WORKLOADS: Readonly<Record<string, readonly [path: string, spec: object]>> = {
  deployment: ["apps/v1/namespaces/deployment/deployments", { replicas: 2, selector, template: template() }],
  statefulset: [
    "apps/v1/namespaces/statefulset/statefulsets",
    { replicas: 1, serviceName: "shop", selector, template: template() },
  ],
  job: ["batch/v1/namespaces/job/jobs", { template: once }],
};
/** Jobs that a Pod or two would end, how many Pods each has, and how often it is read until all of them are spared. */
const FRAGILE: Readonly<Record<string, readonly [count: number, reads: number, spec: object]>> = {
  "job-once": [3, 1, { parallelism: 3, completions: 3, backoffLimit: 0, template: once }],
  "job-wide": [4, 2, { parallelism: 4, completions: 4, backoffLimit: 2, template: once }],
};

const namesOf = ({ spec }: PodObject): readonly string[] =>
  (spec.imagePullSecrets ?? []).map(({ name }: { name: string }) => name);
/** A Pod as whoever wants to evict it has seen it. */
const seen = ({ metadata: { namespace, name, uid, resourceVersion } }: PodObject) => ({
  ...{ namespace, name, uid },
  version: String(resourceVersion),
});
const evictions = (): readonly string[] =>
  plane
    .audit(PULLCRED_USER)
    .filter(({ requestURI }) => requestURI.includes("/eviction"))
    .map(({ requestURI, code }) => `${requestURI.split("/")[4]} ${code}`);
/** How often somebody has read the Job of a namespace. */
const readings = (namespace: string): number =>
  plane
    .audit(PULLCRED_USER)
    .filter(({ requestURI }) => requestURI === `/apis/batch/v1/namespaces/${namespace}/jobs/shop`).length;

t.test("Pods that were made while nobody gave pull secrets are made anew with them", async (t) => {
  for (const [namespace, [path, spec]] of Object.entries(WORKLOADS)) {
    await cluster.makeNamespace(namespace);
    await admin.create(`/apis/${path}`, { metadata: { name: "shop" }, spec });
  }
  await admin.create("/apis/policy/v1/namespaces/deployment/poddisruptionbudgets", {
    metadata: { name: "shop" },
    spec: { maxUnavailable: 0, selector },
  });
  await makeStuck(admin, "deployment", 2);
  await makeStuck(admin, "statefulset", 1);
  await makeStuck(admin, "job", 1);
  for (const [namespace, [count, , spec]] of Object.entries(FRAGILE)) {
    await cluster.makeNamespace(namespace);
    await admin.create(`/apis/batch/v1/namespaces/${namespace}/jobs`, { metadata: { name: "shop" }, spec });
    await makeStuck(admin, namespace, count);
  }
  await cluster.makeNamespace("alone");
  await cluster.makePod("alone", "bare");
  await makeStuck(admin, "alone", 1);
  await cluster.makeNamespace("calico-system");
  await admin.create("/apis/apps/v1/namespaces/calico-system/replicasets", {
    metadata: { name: "shop" },
    spec: { replicas: 1, selector, template: template() },
  });
  await makeStuck(admin, "calico-system", 1);
  await cluster.makeNamespace("other");
  await admin.create("/apis/apps/v1/namespaces/other/replicasets", {
    metadata: { name: "shop" },
    spec: {
      replicas: 1,
      selector,
      template: template({ containers: [{ name: "app", image: "quay.io/a" }] }),
    },
  });
  await makeStuck(admin, "other", 1);

  const without = await cluster.start();
  await registerWebhook(plane, without);
  await eventually("it leads", async () => /pullcred_leader 1/.test(await without.metrics()) || undefined);
  t.equal(await without.stop(), 0);
  t.same(
    plane.audit(PULLCRED_USER).filter(({ requestURI }) => requestURI.includes("/pods")),
    [],
    "unless it is asked for, no Pod is even looked at",
  );

  const flags = ["--repair-pods", "--repair-exclude-namespace", "calico-system"];
  const replica = await cluster.start(undefined, flags);
  await registerWebhook(plane, replica);
  for (const [namespace, count] of [
    ["deployment", 2],
    ["statefulset", 1],
    ["job", 1],
  ] as const) {
    const pods = await eventually(`the Pods of ${namespace} have their pull secret`, async () => {
      const found = await listPods(admin, namespace);
      const isRight = found.length === count && found.every((pod) => namesOf(pod).includes("harbor-pull"));
      return isRight ? found : undefined;
    });
    t.ok(pods);
    t.equal(await cluster.passwordIn(namespace), "hunter2", "and the copy stands");
  }
  for (const [namespace, [count, reads]] of Object.entries(FRAGILE)) {
    await eventually(`${namespace} had its turns`, async () => readings(namespace) >= reads || undefined);
    const { status } = (await admin.get(`/apis/batch/v1/namespaces/${namespace}/jobs/shop`)).body;
    t.match(status, { active: count, conditions: undefined }, `${namespace} is not brought to its end`);
  }
  t.same(evictions().toSorted(), [
    ...["deployment 201", "deployment 201", "job 201"],
    "job-wide 201", // one failure of the two that it may have
    "statefulset 201",
  ]);
  t.same((await listPods(admin, "calico-system")).map(namesOf), [[]], "what is excluded stays");
  t.same((await listPods(admin, "alone")).map(namesOf), [[]], "a bare Pod stays");
  t.same((await listPods(admin, "other")).map(namesOf), [[]], "and one that lacks nothing");
  const { status } = (await admin.get("/apis/batch/v1/namespaces/job/jobs/shop")).body;
  t.match(status, { failed: 1, active: 1 }, "to a Job it is one failed attempt");
  t.match(await replica.metrics(), /pullcred_repairs_total\{registry="harbor",result="Evicted"\} 5/);
  await eventually("each of the fragile Jobs is spared", async () => {
    return (
      /pullcred_repairs_total\{registry="harbor",result="Spared"\} 2/.test(await replica.metrics()) ||
      undefined
    );
  });

  // They fail again, for another reason: the registry says no to the credential itself.
  for (const namespace of Object.keys(WORKLOADS))
    for (const pod of await listPods(admin, namespace)) await failPull(admin, pod);
  await cluster.makeNamespace("last");
  await admin.delete("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/pullcred");
  await admin.create("/apis/apps/v1/namespaces/last/replicasets", {
    metadata: { name: "shop" },
    spec: { replicas: 1, selector, template: template() },
  });
  const [first] = await makeStuck(admin, "last", 1);
  const next = await eventually("the Pod is made anew while the webhook is not called", async () => {
    const [found] = await listPods(admin, "last");
    return found !== undefined && found.metadata.uid !== first.metadata.uid ? found : undefined;
  });
  t.same(namesOf(next), []);
  await eventually("it is known that this was in vain", async () => {
    return /result="Futile"\} 1/.test(await replica.metrics()) || undefined;
  });
  t.same(evictions().slice(5), ["last 201"], "and of those that have their secret none went");

  await eventually(
    "the log tells of it",
    () => /is the webhook called for it/.test(replica.stderr()) || undefined,
  );
  const log = replica.stderr();
  t.equal(log.match(/"msg":"pod evicted"/g)?.length, 6);
  for (const [namespace, [, reads]] of Object.entries(FRAGILE))
    t.equal(readings(namespace), reads, namespace);
  t.notMatch(log, /hunter2|cm9ib3Q6aHVudGVyMg/);
  t.same(
    plane.audit(PULLCRED_USER).filter(({ code }) => code === 403),
    [],
    "nothing was refused",
  );
});

t.test("a PodDisruptionBudget holds back what runs by now, and lets it go once it may", async (t) => {
  await cluster.makeNamespace("budget");
  await cluster.makePod("budget", "shop", { metadata: { labels } });
  const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
  const { body } = await admin.merge("/api/v1/namespaces/budget/pods/shop/status", { status });
  const running = seen(body);
  const budgets = "/apis/policy/v1/namespaces/budget/poddisruptionbudgets";
  await admin.create(budgets, { metadata: { name: "shop" }, spec: { minAvailable: 1, selector } });
  const isAllowing = (count: number): Promise<boolean> =>
    eventually(`the budget allows ${count}`, async () => {
      const { currentHealthy, disruptionsAllowed } = (await admin.get(`${budgets}/shop`)).body.status ?? {};
      return (currentHealthy === 1 && disruptionsAllowed === count) || undefined;
    });

  const connection = createConnection(
    async () => ({
      server: new URL(`https://127.0.0.1:${plane.port}`),
      tls: { rejectUnauthorized: false },
      headers: { authorization: `Bearer ${readFileSync(join(plane.folder, "token"), "utf8")}` },
    }),
    monotonicClock,
  );
  t.teardown(() => connection.close());
  const client = createKubeClient({ connection, timeout: 5_000, userAgent: "test" });
  const pods = createKubeWaitingPods({
    client,
    startReflector: fakeReflectors().start,
    most: 1,
    excludedNamespaces: [],
  });
  await isAllowing(0);
  t.match(await pods.evict(running), { kind: "blocked" });
  await admin.merge(`${budgets}/shop`, { spec: { minAvailable: 0 } });
  await isAllowing(1);
  t.same(await pods.evict(running), { kind: "evicted" });
  t.same(await pods.evict(running), { kind: "gone" });

  const waiting = (await cluster.makePod("budget", "waiting")).body;
  await failPull(admin, waiting);
  t.same(await pods.evict(seen(waiting)), { kind: "changed" }, "it has told something since");
  const [now] = await listPods(admin, "budget");
  t.same(await pods.evict({ ...seen(now), uid: "another" }), { kind: "changed" }, "another one is not meant");
  t.same(await pods.evict(seen(now)), { kind: "evicted" });
});
