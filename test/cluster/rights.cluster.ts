import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { createAdminClient } from "./lib/admin-client.ts";
import { HARBOR, secretPath, startCluster } from "./lib/cluster.ts";
import { registerWebhook } from "./lib/replica.ts";
import { PULLCRED_USER } from "./lib/rights.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const APPLY = "application/apply-patch+yaml";

/** What is asked for in every life. Server-side apply is a patch here, and authorised as a create as well. */
const ALWAYS = [
  "create events",
  "create leases",
  "delete secrets",
  "get clusterroles",
  "get leases",
  "get serviceaccounts",
  "list clusterroles",
  "list configmaps",
  "list namespaces",
  "list secrets",
  "list serviceaccounts",
  "patch configmaps",
  "patch leases",
  "patch secrets",
  "watch clusterroles",
  "watch configmaps",
  "watch namespaces",
  "watch secrets",
  "watch serviceaccounts",
];
/** What is asked for only where a watch is behind, or where an Event is told again. */
const NOW_AND_THEN = ["get namespaces", "get secrets", "patch events"];

const cluster = await startCluster(t);
const { admin, plane } = cluster;

t.test("a whole life needs exactly what is granted", async (t) => {
  // Before there is a credential: a promise.
  const replica = await cluster.start();
  await registerWebhook(plane, replica);
  await cluster.makeNamespace("team-a");
  await cluster.makePod("team-a", "shop");
  const unfinished = "/api/v1/namespaces/pullcred/configmaps/pullcred-unfinished";
  await eventually("the promise is noted", async () => {
    return (await admin.get(unfinished)).body.data?.["team-a.harbor-pull"] === "" || undefined;
  });
  await cluster.setPassword("hunter2");
  await cluster.passwordArrives("hunter2", ["team-a"]);

  // A Secret of other hand, in a namespace that is used at once.
  await cluster.makeNamespace("team-b");
  const foreign = { metadata: { name: "harbor-pull" }, stringData: { other: "thing" } };
  await admin.create("/api/v1/namespaces/team-b/secrets", foreign);
  await cluster.makePod("team-b", "shop");
  const note = await eventually("an Event tells of it", async () => {
    const { items } = (await admin.get("/apis/events.k8s.io/v1/namespaces/pullcred/events")).body;
    return items.find(({ reason }: { reason: string }) => reason === "ForeignSecret")?.note;
  });

  // Rotation, drift, a ServiceAccount that enforces, and a namespace that is no longer allowed.
  await cluster.setPassword("correct-horse");
  await cluster.passwordArrives("correct-horse", ["team-a"]);
  await admin.delete(secretPath("team-a"));
  await cluster.passwordArrives("correct-horse", ["team-a"]);
  const annotations = { "kubernetes.io/enforce-mountable-secrets": "true" };
  const account = { metadata: { name: "strict", annotations } };
  await admin.create("/api/v1/namespaces/team-a/serviceaccounts", account);
  await cluster.makePod("team-a", "strict", { spec: { serviceAccountName: "strict" } });
  cluster.configure([{ ...HARBOR, namespaces: { exclude: ["team-a"] } }], "eager");
  await eventually("its copy is gone", async () => {
    return (await admin.get(secretPath("team-a"))).status === 404 || undefined;
  });
  t.equal(await replica.stop(), 0);

  const events = plane.audit(PULLCRED_USER);
  t.same(
    events.filter(({ code }) => code === 401 || code === 403),
    [],
    "nothing was refused",
  );
  const used = new Set(events.map(({ verb, requestURI }) => `${verb} ${resourceOf(requestURI)}`));
  t.same([...used].filter((right) => !NOW_AND_THEN.includes(right)).sort(), ALWAYS);
  for (const secret of ["hunter2", "correct-horse"]) {
    const forms = [secret, btoa(secret), btoa(`robot:${secret}`)];
    const said = `${replica.stderr()}${note}`;
    t.same(
      forms.filter((form) => said.includes(form)),
      [],
      "and no credential was told",
    );
  }
});

/** The resource of a request, without names. */
function resourceOf(requestURI: string): string {
  const [path = ""] = requestURI.split("?");
  const parts = path.split("/").slice(path.startsWith("/api/") ? 3 : 4);
  return (parts[0] === "namespaces" && parts.length > 2 ? parts[2] : parts[0]) ?? "";
}

t.test("the ServiceAccount can touch nothing else", async (t) => {
  const client = createAdminClient(plane.port, readFileSync(join(plane.folder, "token"), "utf8"));
  t.teardown(() => client.close());
  await cluster.makeNamespace("theirs");
  await admin.create("/api/v1/namespaces/theirs/secrets", { metadata: { name: "tls" } });
  await admin.create("/api/v1/namespaces/pullcred/secrets", { metadata: { name: "other-creds" } });
  const secret = (name: string): object => ({ apiVersion: "v1", kind: "Secret", metadata: { name } });
  const binding = {
    metadata: { name: "more" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name: "pullcred", namespace: "pullcred" }],
  };
  const theirs = "/api/v1/namespaces/theirs";
  const rows: readonly (readonly [string, string, object?, string?])[] = [
    ["GET", "/api/v1/secrets"],
    ["GET", "/api/v1/secrets?fieldSelector=metadata.name=tls"],
    ["GET", `${theirs}/secrets`],
    ["GET", `${theirs}/secrets/tls`],
    ["PATCH", `${theirs}/secrets/tls?fieldManager=pullcred&force=true`, secret("tls"), APPLY],
    ["PATCH", `${theirs}/secrets/new?fieldManager=pullcred`, secret("new"), APPLY],
    ["POST", `${theirs}/secrets`, secret("harbor-pull")],
    ["PUT", `${theirs}/secrets/harbor-pull`, secret("harbor-pull")],
    ["DELETE", `${theirs}/secrets/tls`],
    ["DELETE", `${theirs}/secrets`],
    ["GET", "/api/v1/namespaces/pullcred/secrets"],
    ["GET", "/api/v1/namespaces/pullcred/secrets/other-creds"],
    ["PATCH", "/api/v1/namespaces/pullcred/secrets/harbor-creds", {}, "application/merge-patch+json"],
    ["GET", `${theirs}/secrets/harbor-creds`],
    ["GET", `${theirs}/configmaps`],
    ["GET", "/api/v1/namespaces/pullcred/configmaps/other"],
    ["GET", `${theirs}/pods`],
    ["POST", `${theirs}/pods/shop/eviction`, {}],
    ["POST", `${theirs}/serviceaccounts/default/token`, {}],
    ["POST", "/api/v1/namespaces/pullcred/serviceaccounts/pullcred/token", {}],
    ["PATCH", "/api/v1/namespaces/theirs", {}, "application/merge-patch+json"],
    ["GET", `${RBAC}/clusterroles`],
    ["GET", `${RBAC}/clusterroles/cluster-admin`],
    ["PATCH", `${RBAC}/clusterroles/pullcred:harbor-pull`, {}, "application/merge-patch+json"],
    ["POST", `${RBAC}/clusterrolebindings`, binding],
    ["GET", "/apis/coordination.k8s.io/v1/namespaces/theirs/leases/other"],
    ["GET", "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"],
  ];
  for (const [method, path, body, contentType] of rows) {
    const { status } = await client.send(method, path, body, contentType);
    t.equal(status, 403, `${method} ${path}`);
  }
});
