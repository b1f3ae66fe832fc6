import t from "tap";
import { createKubeOwners } from "../../../src/adapters/kube/kube-owners.ts";
import type { KubeObject } from "../../../src/adapters/kube/watch/kube-object.ts";
import type { Scope } from "../../../src/core/policy/namespace-rule.ts";
import { fakeReflectors } from "../../builders/fake-reflectors.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const NONE = { kind: "none" };
const WHOLE = new Map<string, Scope>([["harbor-pull", "all"]]);
const NAMED = new Map<string, Scope>([["harbor-pull", new Set(["team-a", "team-b"])]]);

const role = (uid: string): KubeObject => ({
  metadata: { name: "pullcred:harbor-pull", uid, resourceVersion: "1" },
});

function setUp(scopes: ReadonlyMap<string, Scope>) {
  const { start, started, one } = fakeReflectors();
  const heard: string[] = [];
  const owners = createKubeOwners({
    release: "pullcred",
    startReflector: start,
    onChange: (secretName, namespace) => heard.push(`${secretName} ${namespace ?? "everywhere"}`),
  });
  owners.follow(scopes);
  return { owners, started, one, heard };
}

t.test("the roles are followed by name: one ClusterRole, or a Role in each namespace", async (t) => {
  const fieldSelector = "metadata.name=pullcred:harbor-pull";
  const collection = (path: string): object => ({
    path: `/apis/${RBAC}/${path}`,
    fieldSelector,
    metadataOnly: true,
  });
  const whole = setUp(WHOLE);
  t.same(
    whole.started.map((fake) => fake.collection),
    [collection("clusterroles")],
  );
  const named = setUp(NAMED);
  t.same(
    named.started.map((fake) => fake.collection),
    ["team-a", "team-b"].map((namespace) => collection(`namespaces/${namespace}/roles`)),
  );
  named.owners.follow(WHOLE);
  t.same(
    named.started.map(({ isStopped }) => isStopped),
    [true, true, false],
  );
  t.same([named.owners.reflectors("Role").length, named.owners.reflectors("ClusterRole").length], [0, 1]);
  named.owners.stop();
  t.ok(named.started.every(({ isStopped }) => isStopped));
});

t.test("a copy belongs to the role of its namespace", async (t) => {
  const { owners, one, heard } = setUp(NAMED);
  one(0).list(role("u-a"));
  one(1).list(role("u-b"));
  const reference = (uid: string): object => ({
    kind: "known",
    reference: {
      apiVersion: RBAC,
      kind: "Role",
      name: "pullcred:harbor-pull",
      uid,
      blockOwnerDeletion: false,
    },
  });
  t.same(owners.of("harbor-pull", "team-a"), reference("u-a"));
  t.same(owners.of("harbor-pull", "team-b"), reference("u-b"));
  t.same(owners.of("harbor-pull", "team-c"), { kind: "none" });
  t.same(heard, ["harbor-pull team-a", "harbor-pull team-b"]);

  const whole = setUp(WHOLE);
  whole.one().list(role("u-1"));
  for (const namespace of ["team-a", "team-c"]) {
    t.match(whole.owners.of("harbor-pull", namespace), { reference: { kind: "ClusterRole", uid: "u-1" } });
  }
  t.same(whole.heard, ["harbor-pull everywhere"]);
});

type News = "list" | "empty" | "anew" | "deleted" | "forbidden";
type Row = readonly [string, readonly News[], string, string];

const ROWS: readonly Row[] = [
  ["nothing is heard of it", [], "none", "none"],
  ["it is there", ["list"], "known", "known"],
  ["it never was there", ["empty"], "none", "none"],
  ["it is deleted", ["list", "deleted"], "gone", "gone"],
  ["it is deleted unseen", ["list", "empty"], "gone", "gone"],
  ["it is deleted unseen, and with it the right to see", ["list", "forbidden"], "gone", "gone"],
  ["there never was a right to see it", ["forbidden"], "none", "gone"],
  ["the right comes, and it is there", ["forbidden", "list"], "known", "known"],
  ["it is made anew", ["list", "deleted", "anew"], "known", "known"],
];

t.test("what is heard of a role tells whether copies may be written", async (t) => {
  for (const [name, news, whole, named] of ROWS) {
    for (const [scopes, expected] of [
      [WHOLE, whole],
      [NAMED, named],
    ] as const) {
      const { owners, one } = setUp(scopes);
      for (const item of news) {
        if (item === "list") one().list(role("u-1"));
        if (item === "empty") one().list();
        if (item === "anew") one().change(role("u-2"));
        if (item === "deleted") one().remove(role("u-1"));
        if (item === "forbidden") one().forbid();
      }
      t.equal(owners.of("harbor-pull", "team-a").kind, expected, name);
    }
  }
});

t.test("only a change is told", async (t) => {
  const { one, heard } = setUp(NAMED);
  one().list(role("u-1"));
  one().change(role("u-1"));
  one().list(role("u-1"));
  t.equal(heard.length, 1);
  one().change(role("u-2"));
  one().forbid();
  one().forbid();
  t.equal(heard.length, 3);
});

t.test("another secretName is another role: of the old one nothing is known any more", async (t) => {
  const { owners, one, started } = setUp(WHOLE);
  one().list(role("u-1"));
  owners.follow(new Map([["harbor-new", "all"]]));
  t.same(
    started.map(({ isStopped, collection }) => [isStopped, collection.fieldSelector]),
    [
      [true, "metadata.name=pullcred:harbor-pull"],
      [false, "metadata.name=pullcred:harbor-new"],
    ],
  );
  t.same([owners.of("harbor-pull", "team-a"), owners.of("harbor-new", "team-a")], [NONE, NONE]);
});

t.test("a namespace without the right to its role is not waited for", async (t) => {
  const { owners, one } = setUp(NAMED);
  one(1).forbid();
  t.equal(owners.reflectors("Role").length, 1);
  one(1).list(role("u-1"));
  t.equal(owners.reflectors("Role").length, 2);
});
