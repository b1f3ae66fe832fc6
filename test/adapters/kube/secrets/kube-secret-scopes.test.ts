import t from "tap";
import { kubeSecret } from "../../../builders/kube-secret.ts";
import { COPIES, kubeSecretStore, ORIGINS, seen, syncedStore } from "../../../builders/kube-secret-store.ts";

/** The paths that are being followed. */
function running(started: ReturnType<typeof kubeSecretStore>["started"]): readonly string[] {
  return started.filter(({ isStopped }) => !isStopped).map(({ collection }) => collection.path);
}

t.test("copies of named namespaces are followed there, and nowhere else", async (t) => {
  const { store, started, answer, requests } = kubeSecretStore();
  const follow = (...namespaces: string[]): void =>
    store.follow(new Map([["harbor-pull", new Set(namespaces)]]), new Set(["harbor-pull"]));
  follow("team-a", "team-b");
  const path = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`;
  t.same(running(started), [path("team-a"), path("team-b"), path("pullcred")]);
  started[0]?.list(kubeSecret());
  t.equal(await store.get("team-b", "harbor-pull"), undefined);
  t.same(requests, ["get team-b/harbor-pull"], "where no list has come, it is looked up");
  follow("team-a", "team-c");
  t.same(running(started), [path("team-a"), path("pullcred"), path("team-c")]);
  t.equal(started.length, 4, "what stays in the scope goes on");
  answer(kubeSecret({ namespace: "team-b" }));
  await store.apply(seen(kubeSecret({ namespace: "team-b" })), undefined);
  t.equal(store.peek("team-b", "harbor-pull"), undefined, "out of its scope nothing is remembered");
});

t.test("a scope that widens or narrows keeps what is known of the namespaces that stay", async (t) => {
  const { store, started, one, dataOf } = syncedStore(kubeSecret(), kubeSecret({ namespace: "team-b" }));
  store.follow(new Map([["harbor-pull", new Set(["team-a"])]]), ORIGINS);
  t.same([dataOf("team-a"), dataOf("team-b")], ["b25l", undefined]);
  one(2).list(kubeSecret({ version: 3, data: "dHdv" }));
  t.equal(dataOf("team-a"), "dHdv");
  store.follow(COPIES, ORIGINS);
  t.equal(dataOf("team-a"), "dHdv");
  t.same(running(started), ["/api/v1/namespaces/pullcred/secrets", "/api/v1/secrets"]);
  one(3).list();
  t.equal(dataOf("team-a"), undefined);
});

t.test("a namespace without the right is not waited for, and one that gets it is", async (t) => {
  const { store, one } = kubeSecretStore();
  store.follow(new Map([["harbor-pull", new Set(["team-a", "team-b"])]]), new Set());
  t.equal(store.reflectors().length, 2);
  one(0).forbid();
  t.equal(store.reflectors().length, 1);
  one(0).list();
  t.equal(store.reflectors().length, 2);
  store.follow(COPIES, new Set());
  one(2).forbid();
  t.equal(store.reflectors().length, 1, "a name that nobody may watch anywhere is a fault that must show");
});
