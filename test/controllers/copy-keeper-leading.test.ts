import t from "tap";
import { buildCopy } from "../../src/core/copy/copy.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import { bareNamespace } from "../../src/core/namespace/namespace.ts";
import { StoreError, StoreErrorCode } from "../../src/core/secret/store-error.ts";
import { config } from "../builders/config.ts";
import { copyWorld, HARBOR, ready, SETTLE_MS } from "../builders/copies.ts";

const TEMPLATE = { name: "harbor", secretName: "harbor-pull" };
const TEAM_A = bareNamespace("team-a");
const edited = (namespace = "team-a") => buildCopy(TEMPLATE, namespace, new Redacted("eA=="));

t.test("who follows writes nothing, but answers its own reviews", async (t) => {
  const { ensurer, mapping, secrets, rotate, configure, settle, writes, unfinished } = copyWorld(t, {
    isLeader: false,
  });
  secrets.load("team-b", "harbor-pull", edited("team-b"));
  unfinished.add("team-c/harbor-pull");
  rotate(ready("two"));
  configure(config([{ ...HARBOR, namespaces: { include: ["team-a"] } }]));
  await settle();
  t.same(writes, []);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  t.same(writes, ["team-a/harbor-pull"]);
});

t.test("who comes to lead restores what was deleted and edited while it followed", async (t) => {
  const { keeper, secrets, settle, credential, unfinished } = copyWorld(t, { isLeader: false });
  for (const name of ["team-a", "team-b"]) secrets.load(name, "harbor-pull", edited(name));
  secrets.load("team-a", "harbor-pull", undefined);
  unfinished.add("team-c/harbor-pull");
  await settle();
  keeper.lead();
  await settle();
  for (const name of ["team-a", "team-b", "team-c"]) t.equal(credential(name), "one", name);
  t.same(unfinished.list(), []);
});

t.test("who comes to lead takes away what stands where it is not allowed", async (t) => {
  const { keeper, secrets, settle, credential } = copyWorld(t, { isLeader: false });
  secrets.load("default", "harbor-pull", edited("default"));
  secrets.load("team-a", "old-pull", {
    ...edited(),
    metadata: { ...edited().metadata, name: "old-pull" },
  });
  keeper.lead();
  await settle();
  t.same([credential("default"), credential("team-a", "old-pull")], [undefined, undefined]);
});

t.test("who ceases to lead ends what had begun, remembers, and begins nothing more", async (t) => {
  const { keeper, ensurer, mapping, secrets, onWrite, rotate, flush, settle, writes, credential } =
    copyWorld(t);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  await settle();
  let finish: () => void = () => undefined;
  onWrite(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  rotate(ready("two"));
  await flush();
  let hasCeased = false;
  const ceased = keeper.follow().then(() => {
    hasCeased = true;
  });
  await flush();
  t.notOk(hasCeased, "a write is under way");
  finish();
  await ceased;
  onWrite(async () => undefined);
  secrets.load("team-a", "harbor-pull", undefined);
  rotate(ready("three"));
  await settle();
  t.same(writes, ["team-a/harbor-pull", "team-a/harbor-pull"]);
  keeper.lead();
  await settle();
  t.equal(credential("team-a"), "three");
});

t.test("a leader that may not act at the moment writes and deletes nothing, and catches up", async (t) => {
  const { ensurer, mapping, allowActing, rotate, configure, settle, writes, credential, clock } =
    copyWorld(t);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  await ensurer.ensure(mapping(), bareNamespace("team-b"), false, 1_000);
  await settle();
  writes.length = 0;
  allowActing(false);
  rotate(ready("two"));
  configure(config([{ ...HARBOR, namespaces: { include: ["team-b"] } }]));
  await settle();
  t.same(writes, []);
  allowActing(true);
  clock.advance(60_000);
  await settle();
  t.same([credential("team-a"), credential("team-b")], [undefined, "two"]);
});

t.test("somebody who undoes every write is answered once per rest, not in a loop", async (t) => {
  const { ensurer, mapping, secrets, onWrite, clock, flush, writes } = copyWorld(t);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  onWrite(async () => void setImmediate(() => secrets.load("team-a", "harbor-pull", edited())));
  secrets.load("team-a", "harbor-pull", edited());
  await flush();
  clock.advance(SETTLE_MS);
  writes.length = 0;
  for (let second = 1; second <= 5; second++) {
    await flush();
    await flush();
    t.ok(writes.length <= second, `${writes.length} writes in ${second} rests`);
    clock.advance(SETTLE_MS);
  }
  await flush();
  t.ok(writes.length >= 4, "and it is answered each time");
});

t.test("a namespace whose write hangs or fails delays no other", async (t) => {
  const { unfinished, onWrite, settle, credential } = copyWorld(t);
  let finish: () => void = () => undefined;
  onWrite(({ metadata: { namespace } }) => {
    if (namespace === "team-hang")
      return new Promise((resolve) => {
        finish = resolve;
      });
    return namespace === "team-fail" ? Promise.reject(new Error("no")) : Promise.resolve();
  });
  for (const name of ["team-hang", "team-fail", "team-a", "team-b"]) unfinished.add(`${name}/harbor-pull`);
  await settle();
  t.same([credential("team-a"), credential("team-b")], ["one", "one"]);
  t.same(unfinished.list(), ["team-hang/harbor-pull", "team-fail/harbor-pull"]);
  finish();
});

t.test("a mapping that is being withdrawn is written no more: its copies would outlive it", async (t) => {
  const { ensurer, mapping, own, secrets, rotate, settle, writes, clock, credential, lines, notices } =
    copyWorld(t);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  await settle();
  writes.length = 0;
  const before = lines.length;
  own({ kind: "gone" });
  rotate(ready("two"));
  secrets.load("team-a", "harbor-pull", undefined); // as the garbage collector does
  await settle();
  clock.advance(60_000);
  await settle();
  t.same(writes, []);
  const told = lines.slice(before).filter(({ level }) => Number(level) > 20);
  t.same([told, notices], [[], []], "and nobody is bothered with it");
  t.equal(clock.pending, 0, "nor is it tried again before its role is back");
  t.same(await ensurer.ensure(mapping(), TEAM_A, false, 1_000), { result: "CopyWithdrawn" });
  const reference = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    name: "r",
    uid: "u-2",
  };
  own({ kind: "known", reference });
  await settle();
  t.equal(credential("team-a"), "two", "its role is back");
  t.match(secrets.peek("team-a", "harbor-pull"), { metadata: { ownerReferences: [{ uid: "u-2" }] } });
});

t.test("copies that stand already when the process starts are kept", async (t) => {
  const { keeper, secrets, settle, credential } = copyWorld(t, { isLeader: false });
  secrets.load("team-a", "harbor-pull", edited());
  keeper.lead();
  keeper.lead();
  await settle();
  t.equal(credential("team-a"), "one");
});

t.test("a failure and a foreign Secret are told once, not each time they are met", async (t) => {
  const { unfinished, onWrite, settle, clock, notices } = copyWorld(t);
  onWrite(() => Promise.reject(new Error("no")));
  unfinished.add("team-a/harbor-pull");
  for (let attempt = 0; attempt < 4; attempt++) {
    await settle();
    clock.advance(60_000);
  }
  t.match(notices, [{ type: "Warning", reason: "CopyFailed", mapping: "harbor" }]);
  t.equal(notices.length, 1);
});

t.test("a review never replaces a copy that stands: it tells the leader, who alone does", async (t) => {
  const { ensurer, mapping, secrets, keeper, settle, clock, credential, writes, unfinished } = copyWorld(t, {
    isLeader: false,
  });
  secrets.load("team-a", "harbor-pull", edited());
  t.same(await ensurer.ensure(mapping(), TEAM_A, true, 1_000), { result: "CopyDryRun" });
  t.same(unfinished.list(), []);
  t.same(await ensurer.ensure(mapping(), TEAM_A, false, 1_000), { result: "CopyDelayed" });
  t.same([writes, credential("team-a"), unfinished.list()], [[], "x", ["team-a/harbor-pull"]]);
  keeper.lead();
  await settle();
  clock.advance(60_000);
  await settle();
  t.same([credential("team-a"), unfinished.list()], ["one", []]);
});

t.test("an API server that says when it has time again is asked then, and not before", async (t) => {
  const { unfinished, onWrite, writes, clock, flush } = copyWorld(t);
  const busy = new StoreError(StoreErrorCode.Unavailable, "too many requests", { retryAfter: 30_000 });
  onWrite(() => (writes.length === 1 ? Promise.reject(busy) : Promise.resolve()));
  unfinished.add("team-a/harbor-pull");
  const pass = async (ms: number): Promise<void> => {
    for (let second = 0; second < ms / SETTLE_MS; second++) {
      clock.advance(SETTLE_MS);
      await flush();
    }
  };
  await pass(29_000);
  t.equal(writes.length, 1);
  await pass(15_000);
  t.equal(writes.length, 2);
});

t.test("a promise to a namespace that turns out to have opted out is dropped", async (t) => {
  const { unfinished, namespaces, settle, writes } = copyWorld(t);
  namespaces.load("team-a", { ...TEAM_A, labels: { "pullcred.dev/inject": "false" } });
  unfinished.add("team-a/harbor-pull");
  await settle();
  t.same(writes, []);
  t.same(unfinished.list(), []);
});

t.test("a namespace that cannot be looked up is told in the log, and tried again", async (t) => {
  const { unfinished, namespaces, settle, lines, credential } = copyWorld(t);
  const get = namespaces.get.bind(namespaces);
  let failures = 1;
  Object.assign(namespaces, {
    get: async (name: string) => {
      if (failures-- > 0) throw new Error("no answer");
      return get(name);
    },
  });
  namespaces.load("team-a", TEAM_A);
  unfinished.add("team-a/harbor-pull");
  await settle();
  t.match(lines, [{ level: 50, msg: "could not reconcile a copy", copy: "team-a/harbor-pull" }]);
  t.equal(credential("team-a"), "one");
});
