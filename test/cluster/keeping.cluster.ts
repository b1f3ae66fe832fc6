import t from "tap";
import { buildCopy } from "../../src/core/copy/copy.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import { eventually } from "../builders/eventually.ts";
import { adminSecretApi } from "./lib/admin-secret-api.ts";
import { HARBOR, readPassword, secretPath, startCluster } from "./lib/cluster.ts";
import { registerWebhook } from "./lib/replica.ts";
import { grantMapping, withdrawMapping } from "./lib/rights.ts";

const ROLE = "/apis/rbac.authorization.k8s.io/v1/clusterroles/pullcred:harbor-pull";
const EVENTS = "/apis/events.k8s.io/v1/namespaces/pullcred/events";

const cluster = await startCluster(t);
const { admin, plane } = cluster;
await cluster.setPassword("first");
let replica = await cluster.start();
await registerWebhook(plane, replica);
for (const name of ["team-a", "team-b"]) {
  await cluster.makeNamespace(name);
  await cluster.makePod(name, "shop");
}

/** Waits for an Event on the origin with this reason. */
async function eventArrives(reason: string): Promise<string> {
  return eventually(`an Event ${reason}`, async () => {
    const { items } = (await admin.get(EVENTS)).body;
    const found = items.find(
      (event: { reason: string; regarding: { name: string } }) =>
        event.reason === reason && event.regarding.name === "harbor-creds",
    );
    return found?.note;
  });
}

t.test("every copy follows its origin", async () => {
  await cluster.setPassword("second");
  await cluster.passwordArrives("second", ["team-a", "team-b"]);
});

t.test("what somebody does to a copy is undone", async (t) => {
  const rows: readonly (readonly [string, () => Promise<unknown>])[] = [
    [
      "its data is edited",
      () => admin.merge(secretPath("team-a"), { data: { ".dockerconfigjson": "e30=" } }),
    ],
    ["it is deleted", () => admin.delete(secretPath("team-a"))],
    [
      "one label is taken off",
      () => admin.merge(secretPath("team-a"), { metadata: { labels: { "pullcred.dev/registry": null } } }),
    ],
    [
      "all labels are taken off",
      () =>
        admin.merge(secretPath("team-a"), {
          metadata: { labels: { "pullcred.dev/registry": null, "app.kubernetes.io/managed-by": null } },
        }),
    ],
    [
      "its owner is taken off",
      () => admin.merge(secretPath("team-a"), { metadata: { ownerReferences: null } }),
    ],
  ];
  for (const [what, spoil] of rows) {
    await spoil();
    await eventually(what, async () => {
      const { body } = await admin.get(secretPath("team-a"));
      const isRight =
        body.metadata?.labels?.["pullcred.dev/registry"] === "harbor" &&
        body.metadata.labels["app.kubernetes.io/managed-by"] === "pullcred" &&
        body.metadata.ownerReferences?.length === 1 &&
        readPassword(body.data[".dockerconfigjson"]) === "second";
      return isRight || undefined;
    });
    t.pass(what);
  }
});

t.test("a copy that somebody has made immutable follows its origin all the same", async (t) => {
  await admin.merge(secretPath("team-a"), { immutable: true });
  await cluster.setPassword("immutable");
  await cluster.passwordArrives("immutable", ["team-a", "team-b"]);
  t.equal((await admin.get(secretPath("team-a"))).body.immutable, undefined);
});

t.test("a foreign Secret is never changed, is told, and makes way", async (t) => {
  const ours = (await admin.get(secretPath("team-a"))).body;
  const rows: readonly (readonly [string, object])[] = [
    ["other-data", { stringData: { ".dockerconfigjson": '{"auths":{}}' } }],
    ["same-data", { data: ours.data }],
  ];
  for (const [namespace, data] of rows) {
    await cluster.makeNamespace(namespace);
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    const type = "kubernetes.io/dockerconfigjson";
    const { body: foreign } = await admin.create(path, { metadata: { name: "harbor-pull" }, type, ...data });
    const { status, warnings } = await cluster.makePod(namespace, "shop");
    t.equal(status, 201);
    t.same(warnings, ["pullcred: Secret harbor-pull is not managed by pullcred: it is used as it is"]);
    t.match(await eventArrives("ForeignSecret"), /is not managed by pullcred/);
    // Rotation passes it by as well.
    await cluster.setPassword(`beside-${namespace}`);
    await cluster.passwordArrives(`beside-${namespace}`, ["team-a"]);
    const present = (await admin.get(secretPath(namespace))).body;
    t.equal(present.metadata.resourceVersion, foreign.metadata.resourceVersion, namespace);
    await admin.delete(secretPath(namespace));
    await cluster.passwordArrives(`beside-${namespace}`, [namespace]);
  }
});

t.test("a Secret with the same data that somebody made since the look is given back as it was", async (t) => {
  await cluster.makeNamespace("race");
  const { data } = (await admin.get(secretPath("team-a"))).body;
  const type = "kubernetes.io/dockerconfigjson";
  const metadata = { name: "harbor-pull", labels: { owner: "bob" } };
  await admin.create("/api/v1/namespaces/race/secrets", { metadata, type, data });
  const api = adminSecretApi(t, plane, "pullcred");
  const { uid } = (await admin.get(ROLE)).body.metadata;
  const owner = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    name: "pullcred:harbor-pull",
    uid,
  };
  const copy = buildCopy(HARBOR, "race", new Redacted(data[".dockerconfigjson"]), owner);
  await t.rejects(api.apply(copy, undefined), { name: "StoreError", code: "Conflict" });
  const { body } = await admin.get(secretPath("race"));
  t.same(body.metadata.labels, { owner: "bob" });
  t.equal(body.metadata.ownerReferences, undefined);
  t.same(body.data, data);
});

t.test("the ClusterRole is made anew: every copy has the new owner, or comes back", async () => {
  await admin.delete(ROLE);
  await grantMapping(admin, "harbor-pull");
  const { uid } = (await admin.get(ROLE)).body.metadata;
  for (const namespace of ["team-a", "team-b"]) {
    await eventually(`${namespace} has the new owner`, async () => {
      const { body } = await admin.get(secretPath(namespace));
      return body.metadata?.ownerReferences?.[0]?.uid === uid || undefined;
    });
  }
});

t.test("a namespace that is no longer allowed loses its copy, and gets it back", async () => {
  const selected = { ...HARBOR, namespaces: { selector: { matchLabels: { pull: "yes" } } } };
  const gone = (namespace: string): Promise<true> =>
    eventually(`${namespace} has no copy`, async () => {
      return (await admin.get(secretPath(namespace))).status === 404 || undefined;
    });
  await admin.merge("/api/v1/namespaces/team-b", { metadata: { labels: { pull: "yes" } } });
  cluster.configure([selected]);
  await gone("team-a");
  await admin.merge("/api/v1/namespaces/team-b", { metadata: { labels: { pull: null } } });
  await gone("team-b");
  cluster.configure([HARBOR], "eager");
  await cluster.setPassword("third");
  await cluster.passwordArrives("third", ["team-a", "team-b"]);
});

t.test("with eager provisioning a new namespace has its copy without a Pod", async () => {
  await cluster.makeNamespace("eager");
  await cluster.passwordArrives("third", ["eager"]);
  cluster.configure([HARBOR]);
});

t.test("a broken origin reaches no copy, and its mending does", async (t) => {
  const origin = "/api/v1/namespaces/pullcred/secrets/harbor-creds";
  await admin.merge(origin, { data: { password: null } });
  t.match(await eventArrives("CredentialRefused"), /data\[password\]|password/);
  t.equal(await cluster.passwordIn("team-a"), "third");
  await cluster.setPassword("fourth");
  await cluster.passwordArrives("fourth", ["team-a", "team-b"]);
  t.match(await eventArrives("CredentialAccepted"), /usable/);
});

t.test("the origin is deleted and made anew", async (t) => {
  await admin.delete("/api/v1/namespaces/pullcred/secrets/harbor-creds");
  t.match(await eventArrives("CredentialMissing"), /create it/);
  await cluster.makeNamespace("early");
  const { status, body, warnings } = await cluster.makePod("early", "shop");
  t.equal(status, 201);
  t.same(body.spec.imagePullSecrets, [{ name: "harbor-pull" }]);
  t.same(warnings, [
    "pullcred: registry harbor has no credential yet: Secret harbor-pull follows when it has",
  ]);
  t.equal(await cluster.passwordIn("early"), undefined);
  t.equal(await cluster.passwordIn("team-a"), "fourth", "who has a copy keeps it");

  // The promise to that Pod survives a kill.
  await eventually("the promise is noted", async () => {
    const { body: map } = await admin.get("/api/v1/namespaces/pullcred/configmaps/pullcred-unfinished");
    return map.data?.["early.harbor-pull"] === "" || undefined;
  });
  await replica.stop("SIGKILL");
  replica = await cluster.start();
  await registerWebhook(plane, replica);
  await cluster.setPassword("fifth");
  await cluster.passwordArrives("fifth", ["early", "team-a", "team-b"]);
  await eventually("the promise is kept", async () => {
    const { body: map } = await admin.get("/api/v1/namespaces/pullcred/configmaps/pullcred-unfinished");
    return map.data?.["early.harbor-pull"] === undefined || undefined;
  });
});

t.test("another secretName: the old copies go with the old role, the new ones come", async (t) => {
  const renamed = { ...HARBOR, secretName: "harbor-new" };
  const isThere = async (namespace: string, name: string): Promise<boolean> =>
    (await admin.get(`/api/v1/namespaces/${namespace}/secrets/${name}`)).status === 200;
  const turns = async (from: string, to: string): Promise<void> => {
    for (const namespace of ["team-a", "team-b"]) {
      await eventually(`${namespace} has ${to} and no ${from}`, async () => {
        return ((await isThere(namespace, to)) && !(await isThere(namespace, from))) || undefined;
      });
    }
  };
  cluster.configure([HARBOR], "eager");

  // As helm does it: the roles first, the config, which takes a minute to reach the Pods, long after.
  await grantMapping(admin, "harbor-new");
  await withdrawMapping(admin, "harbor-pull");
  for (const namespace of ["team-a", "team-b"]) {
    await eventually(`the copy in ${namespace} is collected`, async () => {
      return !(await isThere(namespace, "harbor-pull")) || undefined;
    });
  }
  cluster.configure([renamed], "eager");
  await turns("harbor-pull", "harbor-new");
  const { body } = await admin.get("/api/v1/namespaces/team-a/secrets/harbor-new");
  t.match(body.metadata.ownerReferences, [{ kind: "ClusterRole", name: "pullcred:harbor-new" }]);

  // The other way round.
  cluster.configure([HARBOR], "eager");
  await grantMapping(admin, "harbor-pull");
  await withdrawMapping(admin, "harbor-new");
  await turns("harbor-new", "harbor-pull");
  cluster.configure([HARBOR]);
});

t.test("a namespace on its way out is left alone, quietly", async (t) => {
  await cluster.makeNamespace("leaving");
  await admin.merge("/api/v1/namespaces/leaving", { metadata: { finalizers: ["test.pullcred.dev/hold"] } });
  await cluster.makePod("leaving", "shop");
  await admin.delete("/api/v1/namespaces/leaving");
  await eventually("its copy is gone", async () => {
    return (await admin.get(secretPath("leaving"))).status === 404 || undefined;
  });
  await cluster.setPassword("sixth");
  await cluster.passwordArrives("sixth", ["team-a"]);
  t.notMatch(replica.stderr(), /"level":"error".*leaving/);
  await admin.merge("/api/v1/namespaces/leaving", { metadata: { finalizers: null } });
});

t.test("the ClusterRole goes for good: so do the copies", async (t) => {
  await admin.delete(ROLE);
  await eventually("the copies are collected", async () => {
    return (await admin.get(secretPath("team-a"))).status === 404 || undefined;
  });
  await cluster.setPassword("never");
  t.equal((await cluster.makePod("team-b", "late")).status, 201);
  t.not(await cluster.passwordIn("team-b"), "never");
});
