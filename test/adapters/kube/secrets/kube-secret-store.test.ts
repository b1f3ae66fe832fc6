import t from "tap";
import type { KubeObject } from "../../../../src/adapters/kube/watch/kube-object.ts";
import type { Scope } from "../../../../src/core/policy/namespace-rule.ts";
import { StoreError, StoreErrorCode } from "../../../../src/core/secret/store-error.ts";
import { kubeSecret } from "../../../builders/kube-secret.ts";
import { COPIES, kubeSecretStore, ORIGINS, seen, syncedStore } from "../../../builders/kube-secret-store.ts";

const OTHER_COPIES = new Map<string, Scope>([["other", "all"]]);
const FOREIGN = { labels: {}, uid: "u-foreign" };

t.test("names are followed by field selector: copies everywhere, origins in the own namespace", async (t) => {
  const { store, started } = kubeSecretStore();
  store.follow(COPIES, new Set(["creds", "harbor-pull"]));
  t.same(
    started.map(({ collection }) => collection),
    [
      { path: "/api/v1/secrets", fieldSelector: "metadata.name=harbor-pull" },
      { path: "/api/v1/namespaces/pullcred/secrets", fieldSelector: "metadata.name=creds" },
    ],
  );
  store.follow(OTHER_COPIES, ORIGINS);
  t.same(
    started.map(({ isStopped }) => isStopped),
    [true, false, false],
  );
  t.equal(store.reflectors().length, 2);
  store.stop();
  t.ok(started.every(({ isStopped }) => isStopped));
});

t.test("until the first list has come a Secret is looked up, then absence is known", async (t) => {
  const { store, one, requests, answer } = kubeSecretStore();
  store.follow(COPIES, ORIGINS);
  answer(kubeSecret());
  t.match(await store.get("team-a", "harbor-pull"), { metadata: { uid: "u-1" } });
  t.equal(store.peek("team-a", "harbor-pull"), undefined, "what nobody follows is not remembered");
  t.same(requests, ["get team-a/harbor-pull"]);
  one().list();
  t.equal(await store.get("team-a", "harbor-pull"), undefined);
  t.equal(requests.length, 1);
});

t.test("a name that is not followed is looked up every time", async (t) => {
  const { store, requests, answer } = syncedStore();
  answer(kubeSecret({ name: "other" }));
  for (let time = 0; time < 2; time++) {
    t.match(await store.get("team-a", "other"), { metadata: { name: "other" } });
  }
  t.equal(requests.length, 2);
  await store.get("team-a", "creds");
  t.equal(requests.length, 3, "an origin's name is followed in the own namespace only");
});

t.test("what the watch tells is known, and told on", async (t) => {
  const { one, heard, dataOf } = syncedStore();
  one().change(kubeSecret({ version: 5 }));
  t.equal(dataOf(), "b25l");
  one().change(kubeSecret({ version: 10, data: "dHdv" }));
  t.equal(dataOf(), "dHdv");
  one().remove(kubeSecret({ version: 11 }));
  t.equal(dataOf(), undefined);
  t.same(heard, ["team-a/harbor-pull", "team-a/harbor-pull", "team-a/harbor-pull"]);
});

t.test("our own write is known at once, and no older event of the watch undoes it", async (t) => {
  const { store, one, answer, heard, dataOf } = syncedStore(kubeSecret({ version: 8 }));
  answer(kubeSecret({ version: 10, data: "dHdv" }));
  await store.apply(seen(kubeSecret()), seen(kubeSecret({ version: 8 })));
  t.equal(dataOf(), "dHdv");
  t.same(heard, ["team-a/harbor-pull"]);
  for (const version of [8, 9, 10]) one().change(kubeSecret({ version }));
  t.equal(dataOf(), "dHdv");
  t.equal(heard.length, 1, "and nobody is bothered with it");
  one().change(kubeSecret({ version: 11, data: "bmV3" }));
  t.equal(dataOf(), "bmV3");
});

t.test("the deletion of what our write came after does not undo it", async (t) => {
  const { store, one, answer, dataOf } = syncedStore(kubeSecret({ version: 8 }));
  answer(kubeSecret({ uid: "u-2", version: 10, data: "dHdv" }));
  await store.apply(seen(kubeSecret()), undefined);
  one().remove(kubeSecret({ version: 9 }));
  t.equal(dataOf(), "dHdv");
  one().remove(kubeSecret({ uid: "u-2", version: 12 }));
  t.equal(dataOf(), undefined);
});

t.test("a write that the API server refuses changes nothing that is known", async (t) => {
  const { store, fail, dataOf } = syncedStore(kubeSecret());
  fail(new StoreError(StoreErrorCode.Conflict, "no"));
  await t.rejects(store.apply(seen(kubeSecret()), undefined), { code: "Conflict" });
  await t.rejects(store.delete(seen(kubeSecret())), { code: "Conflict" });
  t.equal(dataOf(), "b25l");
});

t.test("what we deleted is gone at once", async (t) => {
  const { store, requests, dataOf } = syncedStore(kubeSecret());
  await store.delete(seen(kubeSecret()));
  t.equal(dataOf(), undefined);
  t.same(requests, ["delete team-a/harbor-pull"]);
});

t.test("what took the name of the one that we deleted stays known", async (t) => {
  const { store, one } = syncedStore(kubeSecret());
  const deleted = store.delete(seen(kubeSecret()));
  one().remove(kubeSecret({ version: 2 }));
  one().change(kubeSecret({ ...FOREIGN, version: 3 }));
  await deleted;
  t.match(store.peek("team-a", "harbor-pull"), { metadata: { uid: "u-foreign" } });
});

t.test("a list is the whole truth of its name and place, and of nothing else", async (t) => {
  const { store, one, heard, dataOf } = syncedStore(kubeSecret(), kubeSecret({ namespace: "team-b" }));
  one(1).list(kubeSecret({ namespace: "pullcred", name: "creds" }));
  heard.length = 0;
  one().list(kubeSecret({ namespace: "team-b", version: 3, data: "dHdv" }));
  t.equal(dataOf("team-a"), undefined);
  t.equal(dataOf("team-b"), "dHdv");
  t.equal(dataOf("pullcred", "creds"), "b25l");
  t.same(heard, ["team-a/harbor-pull", "team-b/harbor-pull"]);
  one(1).list();
  t.equal(dataOf("pullcred", "creds"), undefined);
  t.equal(store.list().length, 1);
});

t.test("`look` goes past the cache, and what it finds is known from then on", async (t) => {
  const { store, answer, requests, dataOf } = syncedStore(kubeSecret());
  answer(kubeSecret({ version: 4, data: "dHdv" }));
  t.match(await store.look("team-a", "harbor-pull"), { data: { ".dockerconfigjson": "dHdv" } });
  t.equal(dataOf(), "dHdv");
  t.same(requests, ["get team-a/harbor-pull"]);
});

t.test("of a foreign Secret no data is kept, of an origin all", async (t) => {
  const { one, dataOf, store } = syncedStore(kubeSecret(FOREIGN));
  t.match(store.peek("team-a", "harbor-pull"), { metadata: { uid: "u-foreign" } });
  t.equal(dataOf(), undefined);
  one(1).list(kubeSecret({ ...FOREIGN, namespace: "pullcred", name: "creds" }));
  t.equal(dataOf("pullcred", "creds"), "b25l");
});

t.test("what is followed no more is forgotten", async (t) => {
  const { store } = syncedStore(kubeSecret());
  store.follow(OTHER_COPIES, ORIGINS);
  t.same(store.list(), []);
  store.follow(COPIES, ORIGINS);
  t.equal(store.peek("team-a", "harbor-pull"), undefined);
});

t.test("of another release's Secret nothing is kept by which it would count as managed", async (t) => {
  const { one, store, dataOf } = syncedStore();
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    name: "eu-harbor",
    uid: "u",
  };
  const owned = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, ownerReferences: [role] },
  });
  one().change(owned(kubeSecret({ version: 5 })));
  t.match(store.peek("team-a", "harbor-pull"), { metadata: { uid: "u-1", labels: undefined } });
  t.equal(dataOf(), undefined);
  one(1).list(owned(kubeSecret({ namespace: "pullcred", name: "creds" })));
  t.equal(store.peek("pullcred", "creds")?.metadata.labels, undefined);
  t.equal(dataOf("pullcred", "creds"), "b25l", "what a secretRef names is read whoever made it");
});

t.test("what is deleted before the answer to a request is handled does not come back", async (t) => {
  const requests = {
    write: (store: ReturnType<typeof kubeSecretStore>["store"]) => store.apply(seen(kubeSecret()), undefined),
    look: (store: ReturnType<typeof kubeSecretStore>["store"]) => store.look("team-a", "harbor-pull"),
  };
  for (const [what, send] of Object.entries(requests)) {
    const told = syncedStore();
    told.answer(kubeSecret({ version: 100 }));
    const answered = send(told.store);
    told.one().change(kubeSecret({ version: 100 }));
    told.one().remove(kubeSecret({ version: 101 }));
    await answered;
    t.equal(told.dataOf(), undefined, `${what}: the watch tells of the deletion`);

    const listed = syncedStore();
    listed.answer(kubeSecret({ version: 100 }));
    const sent = send(listed.store);
    listed.one().listAt(102);
    await sent;
    t.equal(listed.dataOf(), undefined, `${what}: it is missing in a list`);
  }
});

t.test("an answer that is newer than all that the watch has told is known", async (t) => {
  const { store, one, answer, dataOf } = syncedStore();
  one().listAt(90);
  one().change(kubeSecret({ namespace: "team-b", version: 99 }));
  answer(kubeSecret({ version: 100 }));
  await store.apply(seen(kubeSecret()), undefined);
  t.equal(dataOf(), "b25l");
});
