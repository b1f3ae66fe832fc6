import t from "tap";
import { ApiError } from "../../../src/adapters/kube/client/api-error.ts";
import type { Call } from "../../../src/adapters/kube/client/kube-client.ts";
import { createKubeUnfinishedCopies } from "../../../src/adapters/kube/kube-unfinished-copies.ts";
import { fromDataEntry, toDataEntry } from "../../../src/adapters/kube/unfinished-data.ts";
import type { KubeObject } from "../../../src/adapters/kube/watch/kube-object.ts";
import { fakeClock } from "../../builders/fake-clock.ts";
import { fakeReflectors } from "../../builders/fake-reflectors.ts";
import { logRecorder } from "../../builders/log-recorder.ts";

type Data = Readonly<Record<string, string | null>>;

const PATH = "/api/v1/namespaces/pullcred/configmaps/pullcred-unfinished";
const SETTLE_MS = 1_000;

async function flush(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

/** A list over a ConfigMap in memory, which is there with these keys, or not there. Its answers come when a test says so. */
function setUp(...keys: readonly string[]) {
  const clock = fakeClock();
  const { log, lines } = logRecorder();
  const reflectors = fakeReflectors();
  let version = 10;
  let data: Record<string, string> | undefined =
    keys.length > 0 ? Object.fromEntries(keys.map((key) => [key, ""])) : undefined;
  /** The data of the patches, and `create`. */
  const sent: (Data | "create")[] = [];
  const held: (() => void)[] = [];
  let isHolding = false;
  let refusal: ApiError | undefined;

  const object = (): KubeObject => ({
    metadata: { name: "pullcred-unfinished", uid: "u-1", resourceVersion: String(version) },
    data: { ...data },
  });

  function answer({ body, query }: Call): KubeObject {
    if (refusal !== undefined) throw refusal;
    if (query?.fieldManager !== undefined) {
      sent.push("create");
      data ??= {};
    } else if (data === undefined) {
      throw new ApiError("could not PATCH", { status: 404 });
    } else {
      const changes = (body as { data: Data }).data;
      sent.push(changes);
      for (const [key, value] of Object.entries(changes)) {
        if (value === null) delete data[key];
        else data[key] = value;
      }
    }
    version += 1;
    return object();
  }

  const unfinished = createKubeUnfinishedCopies({
    client: {
      async send(call) {
        if (call.path !== PATH) throw new ApiError("wrong path", { status: 400 });
        if (isHolding) await new Promise<void>((resolve) => held.push(resolve));
        return { status: 200, body: answer(call) };
      },
      async *stream() {},
    },
    namespace: "pullcred",
    name: "pullcred-unfinished",
    owner: async () => undefined,
    startReflector: reflectors.start,
    clock,
    random: () => 1,
    log,
  });
  const told: string[] = [];
  unfinished.watch((key) => told.push(key));
  const watch = reflectors.one();
  if (data !== undefined) watch.list(object());
  told.length = 0;
  return {
    unfinished,
    clock,
    lines,
    sent,
    told,
    watch,
    object,
    keys: () => Object.keys(data ?? {}),
    /** What another replica does, told by the watch. */
    change(changes: Data): void {
      answer({ method: "PATCH", path: PATH, body: { data: changes } });
      sent.pop();
      watch.change(object());
    },
    hold(): void {
      isHolding = true;
    },
    release(): void {
      isHolding = false;
      for (const go of held.splice(0)) go();
    },
    refuse(next: ApiError | undefined): void {
      refusal = next;
    },
  };
}

t.test("the first note of all makes the ConfigMap and is written at once", async (t) => {
  const { unfinished, sent } = setUp();
  unfinished.add("team-a/harbor-pull");
  await flush();
  t.same(sent, ["create", { "team-a.harbor-pull": "" }]);
});

t.test("all that changes while a note is under way is one note", async (t) => {
  const { unfinished, sent, keys, clock, hold, release } = setUp("old.s");
  hold();
  unfinished.add("a/s");
  for (let index = 0; index < 900; index++) unfinished.add(`n${index}/s`);
  unfinished.remove("old/s");
  unfinished.remove("n0/s");
  release();
  await flush();
  clock.advance(SETTLE_MS);
  await flush();
  t.equal(sent.length, 2);
  t.same(sent[0], { "a.s": "" });
  t.equal(Object.keys(sent[1] as Data).length, 901);
  t.equal(keys().length, 900);
  t.notOk(keys().includes("old.s") || keys().includes("n0.s"));
  clock.advance(10 * SETTLE_MS);
  await flush();
  t.equal(sent.length, 2, "what is written is not written again");
});

t.test("notes are a second apart, however fast they come", async (t) => {
  const { unfinished, sent, clock } = setUp("old.s");
  for (let index = 0; index < 20; index++) {
    unfinished.add(`n${index}/s`);
    await flush();
    clock.advance(100);
    await flush();
  }
  t.equal(sent.length, 3, "at once, after one second and after two");
});

t.test("a copy that is finished here is not brought back by news of another one", async (t) => {
  const { unfinished, told, change, hold, release, clock, keys } = setUp("a.s", "b.s");
  hold();
  unfinished.remove("a/s");
  unfinished.remove("b/s");
  change({ "c.s": "" });
  t.same(told, ["c/s"]);
  t.same(unfinished.list(), ["c/s"]);
  release();
  await flush();
  clock.advance(SETTLE_MS);
  await flush();
  t.same(told, ["c/s"]);
  t.same(keys(), ["c.s"]);
});

t.test("a copy that is promised anew while its removal is under way stays, and is noted again", async (t) => {
  const { unfinished, hold, release, clock, keys, watch, object } = setUp("a.s");
  hold();
  unfinished.remove("a/s");
  unfinished.add("a/s");
  release();
  await flush();
  watch.change(object());
  t.ok(unfinished.has("a/s"));
  clock.advance(SETTLE_MS);
  await flush();
  t.same(keys(), ["a.s"]);
});

t.test("what other replicas promise and finish is followed", async (t) => {
  const { unfinished, told, change, sent } = setUp("a.s");
  change({ "b.s": "" });
  change({ "a.s": null });
  t.same(unfinished.list(), ["b/s"]);
  t.same(told, ["b/s"]);
  await flush();
  t.same(sent, []);
});

t.test("news that is older than the answer to a note changes nothing", async (t) => {
  const { unfinished, object, watch } = setUp("a.s");
  const old = object();
  unfinished.remove("a/s");
  await flush();
  watch.change(old);
  t.same(unfinished.list(), []);
});

t.test("the end of the ConfigMap finishes no copy, and the next note makes it anew", async (t) => {
  const { unfinished, watch, object, sent } = setUp("a.s");
  watch.remove({ ...object(), metadata: { ...object().metadata, resourceVersion: "99" } });
  watch.list();
  t.same(unfinished.list(), ["a/s"]);
  unfinished.add("b/s");
  await flush();
  t.equal(sent.length, 1);
});

t.test("what cannot be noted is tried again, later where the API server says so", async (t) => {
  const rows = [
    [new ApiError("busy", { status: 429, retryAfter: 20_000 }), 25_000],
    [new ApiError("down", { status: 0 }), 1_000],
  ] as const;
  for (const [refusal, delay] of rows) {
    const { unfinished, refuse, sent, clock, lines } = setUp("old.s");
    refuse(refusal);
    unfinished.add("a/s");
    await flush();
    t.match(lines, [{ level: 40, msg: /could not note/, copies: 1 }], refusal.message);
    refuse(undefined);
    clock.advance(delay - 1);
    await flush();
    t.same(sent, [], refusal.message);
    clock.advance(1);
    await flush();
    t.same(sent, [{ "a.s": "" }], refusal.message);
  }
});

t.test("a list that the API server does not take is told once, and not tried again", async (t) => {
  for (const status of [413, 422]) {
    const { unfinished, refuse, sent, clock, lines } = setUp("old.s");
    refuse(new ApiError("no", { status }));
    unfinished.add("a/s");
    await flush();
    refuse(undefined);
    clock.advance(600_000);
    await flush();
    t.same(sent, []);
    t.equal(lines.length, 1);
    t.match(lines[0], { level: 50, msg: /takes no such list/ });
    t.ok(unfinished.has("a/s"), "this process remembers it");
  }
});

t.test("the list never grows beyond what a ConfigMap holds", async (t) => {
  const { unfinished, keys, lines, clock } = setUp("old.s");
  const long = "s".repeat(250);
  for (let index = 0; index < 5_000; index++) unfinished.add(`${"n".repeat(58)}${index}/${long}`);
  unfinished.remove("old/s");
  await flush();
  clock.advance(SETTLE_MS);
  await flush();
  const bytes = keys().reduce((sum, key) => sum + 2 * key.length, 0);
  t.ok(bytes <= 1024 * 1024);
  t.ok(keys().length > 1_000);
  t.notOk(keys().includes("old.s"), "a full list can be made shorter");
  t.match(lines, [{ level: 40, msg: /is full/ }]);
});

t.test("a copy whose key is too long for a ConfigMap is noted, too", async (t) => {
  const keys = ["team-a/harbor.pull", `${"n".repeat(63)}/${"s".repeat(253)}`];
  for (const key of keys) {
    const [dataKey] = toDataEntry(key);
    t.match(dataKey, /^[-._a-zA-Z0-9]{1,253}$/);
    t.equal(fromDataEntry(toDataEntry(key)), key);
  }
  const [, long = ""] = keys;
  const { unfinished, told, watch, object, keys: stored, clock } = setUp("old.s");
  unfinished.add(long);
  await flush();
  watch.change(object());
  t.same(told, [long]);
  t.equal(stored().length, 2);
  clock.advance(SETTLE_MS);
  unfinished.remove(long);
  await flush();
  t.same(stored(), ["old.s"]);
});

t.test("a stop notes what waits, at once and in one go", async (t) => {
  const { unfinished, sent, watch } = setUp("old.s");
  unfinished.add("a/s");
  await flush();
  unfinished.add("b/s"); // the list rests
  unfinished.remove("old/s");
  await unfinished.stop();
  t.same(sent, [{ "a.s": "" }, { "b.s": "", "old.s": null }]);
  t.ok(watch.isStopped);
});

t.test("a stop also notes what had failed, and what was never noted before", async (t) => {
  const { unfinished, sent, refuse } = setUp();
  refuse(new ApiError("down", { status: 0 }));
  unfinished.add("a/s");
  await flush();
  refuse(undefined);
  await unfinished.stop();
  t.same(sent, ["create", { "a.s": "" }]);
});

t.test("a stop does not wait for an API server that hangs, and says what is lost", async (t) => {
  const { unfinished, hold, clock, lines } = setUp("old.s");
  hold();
  unfinished.add("a/s");
  const stopped = unfinished.stop();
  await flush();
  clock.advance(5_000);
  await stopped;
  t.match(lines, [{ level: 40, copies: 1, msg: /were not noted/ }]);
});
