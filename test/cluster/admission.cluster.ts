import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { addToEveryPod } from "./lib/adding-policy.ts";
import type { AuditEvent } from "./lib/audit-log.ts";
import { IMAGE, type PodParts, readPassword, secretPath, startCluster } from "./lib/cluster.ts";
import { registerWebhook } from "./lib/replica.ts";
import { PULLCRED_USER } from "./lib/rights.ts";

const cluster = await startCluster(t);
const { admin, plane } = cluster;
await cluster.setPassword("one");
const replica = await cluster.start(undefined, ["--log-level", "debug"]);
await registerWebhook(plane, replica);

const isWrite = ({ verb }: AuditEvent): boolean => verb === "patch" || verb === "create";
const writesIn = (namespace: string): readonly AuditEvent[] =>
  plane
    .audit(PULLCRED_USER)
    .filter((event) => isWrite(event) && event.requestURI.includes(`/namespaces/${namespace}/secrets`));
/** Reading the Lease and renewing it, and watches, go on whatever Pods come. */
const isBackground = ({ requestURI, verb }: AuditEvent): boolean =>
  requestURI.includes("/leases/") || verb === "watch";

t.test(
  "a Pod that comes through the API server names the secret, and the secret stands already",
  async (t) => {
    await cluster.makeNamespace("team-a");
    const { status, body } = await cluster.makePod("team-a", "shop");
    t.equal(status, 201);
    t.same(body.spec.imagePullSecrets, [{ name: "harbor-pull" }]);
    const copy = (await admin.get(secretPath("team-a"))).body;
    const role = (await admin.get("/apis/rbac.authorization.k8s.io/v1/clusterroles/pullcred:harbor-pull"))
      .body;
    t.equal(copy.type, "kubernetes.io/dockerconfigjson");
    t.equal(readPassword(copy.data[".dockerconfigjson"]), "one");
    t.same(copy.metadata.labels, {
      "app.kubernetes.io/managed-by": "pullcred",
      "pullcred.dev/registry": "harbor",
    });
    t.same(copy.metadata.ownerReferences, [
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        name: "pullcred:harbor-pull",
        uid: role.metadata.uid,
        blockOwnerDeletion: false,
      },
    ]);
  },
);

t.test("fifty Pods at once in a new namespace make one write", async (t) => {
  await cluster.makeNamespace("crowd");
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => cluster.makePod("crowd", `pod-${index}`)),
  );
  t.same(new Set(answers.map(({ status }) => status)), new Set([201]));
  t.same(new Set(answers.map(({ body }) => body.spec.imagePullSecrets[0].name)), new Set(["harbor-pull"]));
  t.equal(writesIn("crowd").length, 1);
});

t.test("on the warm path a review costs no request", async (t) => {
  await eventually("the ServiceAccount is known", async () => {
    const before = plane.audit(PULLCRED_USER).filter((event) => !isBackground(event)).length;
    await cluster.makePod("team-a", `warm-up-${before}-${Math.random().toString(36).slice(2)}`);
    return plane.audit(PULLCRED_USER).filter((event) => !isBackground(event)).length === before || undefined;
  });
  const before = plane.audit(PULLCRED_USER).filter((event) => !isBackground(event)).length;
  for (let index = 0; index < 100; index++) {
    t.equal((await cluster.makePod("team-a", `warm-${index}`)).status, 201);
  }
  t.equal(plane.audit(PULLCRED_USER).filter((event) => !isBackground(event)).length, before);
});

t.test(
  "two hundred new namespaces at once: each Pod is admitted with its secret already there",
  async (t) => {
    const names = Array.from({ length: 200 }, (_, index) => `cold-${index}`);
    await Promise.all(names.map((name) => cluster.makeNamespace(name)));
    const found = await Promise.all(
      names.map(async (name) => {
        const { status, body, warnings } = await cluster.makePod(name, "first");
        return {
          status,
          secrets: body.spec?.imagePullSecrets,
          warnings,
          password: await cluster.passwordIn(name),
        };
      }),
    );
    const expected = { status: 201, secrets: [{ name: "harbor-pull" }], warnings: [], password: "one" };
    t.same(
      found.filter((answer) => JSON.stringify(answer) !== JSON.stringify(expected)),
      [],
    );
  },
);

t.test("the line of a review has the id of the API server's trace of that request", async (t) => {
  for (const name of ["traced-1", "traced-2"]) await cluster.makePod("team-a", name);
  const lines: readonly Record<string, unknown>[] = await eventually("both lines", () => {
    const found = replica.stderr().match(/^\{.*"pod":"traced-.*\}$/gm) ?? [];
    return found.length === 2 ? found.map((line) => JSON.parse(line)) : undefined;
  });
  const traces = lines.map(({ trace }) => trace);
  for (const trace of traces) t.match(trace, /^[0-9a-f]{32}$/);
  t.equal(new Set(traces).size, 2, "each request has its own");
});

t.test("a dry run writes nothing", async (t) => {
  await cluster.makeNamespace("dry");
  const { status, body } = await cluster.makePod("dry", "shop", { query: "?dryRun=All" });
  t.equal(status, 201);
  t.same(body.spec.imagePullSecrets, [{ name: "harbor-pull" }]);
  t.equal(await cluster.passwordIn("dry"), undefined);
});

t.test("the pull secrets of a ServiceAccount stay first", async (t) => {
  await cluster.makeNamespace("accounts");
  await admin.create("/api/v1/namespaces/accounts/serviceaccounts", {
    metadata: { name: "builder" },
    imagePullSecrets: [{ name: "theirs" }],
  });
  const { body } = await cluster.makePod("accounts", "shop", { spec: { serviceAccountName: "builder" } });
  t.same(body.spec.imagePullSecrets, [{ name: "theirs" }, { name: "harbor-pull" }]);
});

t.test("a Pod whose name the API server makes up gets its secret", async (t) => {
  const metadata = { name: undefined, generateName: "shop-" };
  const { status, body } = await cluster.makePod("team-a", "", { metadata });
  t.equal(status, 201);
  t.match(body.metadata.name, /^shop-/);
  t.same(body.spec.imagePullSecrets, [{ name: "harbor-pull" }]);
});

t.test("the Pods of a ReplicaSet have no name yet, and get their secret", async (t) => {
  await cluster.makeNamespace("sets");
  const template = {
    metadata: { labels: { app: "shop" } },
    spec: { containers: [{ name: "app", image: IMAGE }] },
  };
  await admin.create("/apis/apps/v1/namespaces/sets/replicasets", {
    metadata: { name: "shop" },
    spec: { replicas: 2, selector: { matchLabels: { app: "shop" } }, template },
  });
  const pods = await eventually("two Pods", async () => {
    const { items } = (await admin.get("/api/v1/namespaces/sets/pods")).body;
    return items.length === 2 ? items : undefined;
  });
  for (const { spec } of pods) t.same(spec.imagePullSecrets, [{ name: "harbor-pull" }]);
});

t.test("what opted out or needs nothing is left as it is", async (t) => {
  await cluster.makeNamespace("quiet", { "pullcred.dev/inject": "false" });
  const rows: readonly (readonly [string, string, PodParts])[] = [
    ["a namespace that opted out", "quiet", {}],
    ["a Pod that opted out", "team-a", { metadata: { labels: { "pullcred.dev/inject": "false" } } }],
    ["an image of another registry", "team-a", { image: "quay.io/acme/app" }],
    ["pullcred's own namespace", "pullcred", {}],
    [
      "a mirror Pod",
      "team-a",
      {
        metadata: { annotations: { "kubernetes.io/config.mirror": "abc" } },
        spec: { nodeName: "node-1", automountServiceAccountToken: false },
      },
    ],
  ];
  for (const [index, [what, namespace, parts]] of rows.entries()) {
    const { status, body, warnings } = await cluster.makePod(namespace, `quiet-${index}`, parts);
    t.equal(status, 201, what);
    t.same([body.spec?.imagePullSecrets, warnings], [undefined, []], what);
  }
});

t.test("a ServiceAccount that enforces mountable secrets gets no Pod refused", async (t) => {
  const annotations = { "kubernetes.io/enforce-mountable-secrets": "true" };
  const spec = { serviceAccountName: "strict" };
  await cluster.makeNamespace("strict");
  await admin.create("/api/v1/namespaces/strict/serviceaccounts", {
    metadata: { name: "strict", annotations },
  });

  const refused = await cluster.makePod("strict", "by-hand", {
    image: "quay.io/acme/app",
    spec: { ...spec, imagePullSecrets: [{ name: "harbor-pull" }] },
  });
  t.equal(refused.status, 403, "the API server refuses what the ServiceAccount does not list");

  // That check comes after all mutations: a pull secret that something adds on the way costs the Pod as well.
  const dryRun = { image: "quay.io/acme/app", spec, query: "?dryRun=All" };
  const isAccepted = async (): Promise<boolean> =>
    (await cluster.makePod("strict", "any", dryRun)).status === 201;
  const pullSecrets = '[Object.spec.imagePullSecrets{name: "added"}]';
  const endAdding = await addToEveryPod(admin, "strict", "/spec/imagePullSecrets", pullSecrets);
  await eventually("the policy is in force", async () => !(await isAccepted()) || undefined);
  const spoilt = await cluster.makePod("strict", "any", dryRun);
  t.equal(spoilt.status, 403);
  t.equal(
    spoilt.body.message,
    'pods "any" is forbidden: imagePullSecrets[0].name="added" is not allowed because service account strict ' +
      "does not reference that imagePullSecret",
  );
  await endAdding();
  await eventually("the policy is gone", async () => (await isAccepted()) || undefined);

  const { status, body, warnings } = await cluster.makePod("strict", "shop", { spec });
  t.equal(status, 201);
  t.equal(body.spec.imagePullSecrets, undefined);
  t.same(warnings, [
    "pullcred: Secret harbor-pull not added: the ServiceAccount enforces mountable secrets and does not list it",
  ]);

  await admin.merge("/api/v1/namespaces/strict/serviceaccounts/strict", {
    imagePullSecrets: [{ name: "harbor-pull" }],
  });
  const listed = await cluster.makePod("strict", "listed", { spec });
  t.equal(listed.status, 201);
  t.same(listed.body.spec.imagePullSecrets, [{ name: "harbor-pull" }]);
});

t.test("pullcred asked for nothing that it has no right to, and told no credential", async (t) => {
  t.same(
    plane.audit(PULLCRED_USER).filter(({ code }) => code === 403),
    [],
  );
  t.notMatch(replica.stderr(), /\bone\b|cm9ib3Q6b25l/);
});
