import t, { type Test } from "tap";
import { createMemorySecretStore } from "../../src/adapters/standalone/memory-secret-store.ts";
import type { SourceTemplate } from "../../src/controllers/origin-keeper.ts";
import { createSourceKeeper } from "../../src/controllers/source-keeper.ts";
import type { Owner } from "../../src/core/copy/owner.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import type { SourceResult } from "../../src/core/credential/source.ts";
import type { Notice } from "../../src/core/event/event-sink.ts";
import { StoreError, StoreErrorCode } from "../../src/core/secret/store-error.ts";
import { fakeClock } from "../builders/fake-clock.ts";
import { logRecorder } from "../builders/log-recorder.ts";

const HARBOR: SourceTemplate = {
  name: "harbor",
  secretName: "harbor-pull",
  matchImages: ["harbor.example.com"],
  credentials: { configFile: { path: "/config.json" } },
};
const MISSING: SourceResult = { kind: "missing", message: "no file" };
const BROKEN: SourceResult = { kind: "broken", problems: [{ path: "auths", message: "must be an object" }] };

function credentials(password: string): SourceResult {
  const entry = { username: "robot", password: new Redacted(password) };
  return { kind: "credentials", credentials: new Map([["harbor.example.com", entry]]), findings: [] };
}

/** A keeper whose source says what the test puts into it. */
function setUp(t: Test, first: SourceResult | Error | (() => SourceResult)) {
  let next: SourceResult | Error | (() => SourceResult) | Promise<SourceResult> = first;
  let mayAct = true;
  let owner: Owner = { kind: "none" };
  let notify: () => void = () => undefined;
  const signals: (AbortSignal | undefined)[] = [];
  const made: string[] = [];
  const stopped: string[] = [];
  const writes: string[] = [];
  const notices: Notice[] = [];
  const results: string[] = [];
  const clock = fakeClock();
  const { log, lines } = logRecorder();
  const memory = createMemorySecretStore();
  const secrets: typeof memory = {
    ...memory,
    async apply(secret, seen) {
      writes.push(`${secret.metadata.namespace}/${secret.metadata.name}`);
      await memory.apply(secret, seen);
    },
  };
  const keeper = createSourceKeeper({
    createSource({ name }) {
      made.push(name);
      return {
        async read(signal) {
          signals.push(signal);
          const result = await next;
          signal?.throwIfAborted();
          if (result instanceof Error) throw result;
          return typeof result === "function" ? result() : result;
        },
        watch(onChange) {
          notify = onChange;
          return () => stopped.push(name);
        },
      };
    },
    secrets,
    owners: { of: () => owner },
    ownNamespace: "pullcred",
    mayAct: () => mayAct,
    events: { tell: (notice) => notices.push(notice) },
    observe: (result) => results.push(result),
    clock,
    random: () => 1,
    log,
  });
  t.teardown(keeper.stop);
  return {
    keeper,
    secrets,
    clock,
    lines,
    made,
    stopped,
    signals,
    writes,
    notices,
    results,
    own(next: Owner) {
      owner = next;
    },
    allowActing(isAllowed: boolean) {
      mayAct = isAllowed;
    },
    become(result: typeof next) {
      next = result;
      notify();
    },
    async settle() {
      for (let round = 0; round < 3; round++) {
        for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
        clock.advance(1_000);
      }
      await new Promise(setImmediate);
    },
    password() {
      const data = secrets.peek("pullcred", "harbor-pull")?.data?.[".dockerconfigjson"];
      if (data === undefined) return undefined;
      return JSON.parse(Buffer.from(data, "base64").toString()).auths["harbor.example.com"].password;
    },
  };
}

t.test("what a source yields is written as the mapping's origin, marked as pullcred's", async (t) => {
  const { keeper, secrets, password } = setUp(t, credentials("one"));
  keeper.replace([HARBOR]);
  await keeper.idle();
  t.equal(password(), "one");
  t.match(secrets.peek("pullcred", "harbor-pull"), {
    type: "kubernetes.io/dockerconfigjson",
    metadata: {
      namespace: "pullcred",
      labels: { "app.kubernetes.io/managed-by": "pullcred", "pullcred.dev/registry": "harbor" },
    },
  });
});

t.test("a secretRef is its own origin: no source is made for it", async (t) => {
  const { keeper, made, writes } = setUp(t, credentials("one"));
  keeper.replace([{ ...HARBOR, credentials: { secretRef: { name: "creds" } } }]);
  await keeper.idle();
  t.same([made, writes], [[], []]);
});

t.test("the origin follows the source", async (t) => {
  const { keeper, become, settle, password, writes } = setUp(t, credentials("one"));
  keeper.replace([HARBOR]);
  await settle();
  become(credentials("two"));
  await settle();
  t.equal(password(), "two");
  become(credentials("two"));
  await settle();
  t.equal(writes.length, 2, "the same again is not written");
});

t.test("an origin that is deleted or edited is written again", async (t) => {
  const { keeper, secrets, settle, password } = setUp(t, credentials("one"));
  keeper.replace([HARBOR]);
  await settle();
  const written = secrets.peek("pullcred", "harbor-pull");
  secrets.load("pullcred", "harbor-pull", undefined);
  await settle();
  t.equal(password(), "one");
  t.ok(written);
  if (written !== undefined) secrets.load("pullcred", "harbor-pull", { ...written, data: {} });
  await settle();
  t.equal(password(), "one");
});

t.test(
  "a source that yields another credential each time is not asked because of our own write",
  async (t) => {
    let count = 0;
    const { keeper, settle, password, writes } = setUp(t, () => credentials(`number ${++count}`));
    keeper.replace([HARBOR]);
    for (let minute = 0; minute < 5; minute++) await settle();
    t.equal(password(), "number 1");
    t.equal(writes.length, 1);
  },
);

t.test("a source that is missing, broken or fails takes nothing away", async (t) => {
  for (const result of [MISSING, BROKEN, new Error("I/O")]) {
    const { keeper, become, settle, password, writes } = setUp(t, credentials("one"));
    keeper.replace([HARBOR]);
    await settle();
    become(result);
    await settle();
    t.equal(password(), "one");
    t.equal(writes.length, 1);
  }
});

t.test("a source that fails is asked again later", async (t) => {
  const { keeper, become, settle, password, lines, clock } = setUp(t, new Error("I/O"));
  keeper.replace([HARBOR]);
  await keeper.idle();
  t.match(lines, [{ msg: "could not read credentials", registry: "harbor" }]);
  become(credentials("one"));
  clock.advance(60_000);
  await settle();
  t.equal(password(), "one");
});

t.test("a Secret of somebody else is never overwritten: the log says what to do", async (t) => {
  const { keeper, secrets, settle, writes, lines } = setUp(t, credentials("one"));
  const theirs = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "harbor-pull", namespace: "pullcred" },
    data: { ".dockerconfigjson": "Zm9yZWlnbg==" },
  } as const;
  secrets.load("pullcred", "harbor-pull", theirs);
  keeper.replace([HARBOR]);
  await settle();
  t.same(writes, []);
  t.same(secrets.peek("pullcred", "harbor-pull"), theirs);
  t.match(lines, [{ reason: "ForeignSecret", problem: /set another secretName/ }]);
  secrets.load("pullcred", "harbor-pull", undefined);
  await settle();
  t.same(writes, ["pullcred/harbor-pull"], "when it goes, the origin takes its place");
});

t.test("who may not act at the moment writes nothing, and catches up", async (t) => {
  const { keeper, allowActing, settle, writes, clock } = setUp(t, credentials("one"));
  allowActing(false);
  keeper.replace([HARBOR]);
  await settle();
  t.same(writes, []);
  allowActing(true);
  clock.advance(60_000);
  await settle();
  t.same(writes, ["pullcred/harbor-pull"]);
});

t.test("a mapping whose role is gone is being withdrawn: all is quiet until that is back", async (t) => {
  const { keeper, secrets, own, settle, signals, notices, password, clock, lines, results } = setUp(
    t,
    credentials("one"),
  );
  const { get } = secrets;
  secrets.get = () => Promise.reject(new StoreError(StoreErrorCode.Forbidden, "no right without the role"));
  own({ kind: "gone" });
  keeper.replace([HARBOR]);
  await settle();
  clock.advance(600_000);
  await settle();
  t.same([signals, notices, lines, results], [[], [], [], []]);
  t.equal(clock.pending, 0, "nor is it tried again");
  secrets.get = get;
  own({ kind: "none" });
  keeper.ownerChanged("harbor-pull", "team-a");
  keeper.ownerChanged("other");
  await settle();
  t.equal(password(), undefined, "another role is not its own");
  keeper.ownerChanged("harbor-pull", "pullcred");
  await settle();
  t.equal(password(), "one");
  keeper.ownerChanged("harbor-pull");
  await settle();
  t.equal(signals.length, 1, "who does not wait for its role does not ask the source because of it");
});

t.test("an origin that was written before its role was heard of is given to it", async (t) => {
  const reference = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    name: "r",
    uid: "u-1",
  };
  const whenHeard = ["written", "being written"] as const;
  for (const when of whenHeard) {
    const { keeper, secrets, own, settle, signals } = setUp(t, credentials("one"));
    const { apply } = secrets;
    const hear = (): void => {
      own({ kind: "known", reference });
      keeper.ownerChanged("harbor-pull");
    };
    secrets.apply = async (secret, seen) => {
      if (when === "being written") hear();
      await apply(secret, seen);
    };
    keeper.replace([HARBOR]);
    await settle();
    if (when === "written") hear();
    await settle();
    t.match(secrets.peek("pullcred", "harbor-pull"), { metadata: { ownerReferences: [reference] } }, when);
    t.equal(signals.length, 2, "its source is asked once more, and no more");
  }
});

t.test("a role that goes while the source is asked is waited for, too", async (t) => {
  const { keeper, own, become, settle, signals, password, lines, notices, clock } = setUp(t, MISSING);
  let answer: (result: SourceResult) => void = () => undefined;
  become(new Promise((resolve) => (answer = resolve)));
  keeper.replace([HARBOR]);
  await new Promise(setImmediate);
  own({ kind: "gone" });
  answer(credentials("one"));
  await settle();
  clock.advance(600_000);
  await settle();
  t.same([signals.length, lines, notices, password()], [1, [], [], undefined]);
  own({ kind: "none" });
  keeper.ownerChanged("harbor-pull");
  await settle();
  t.equal(password(), "one");
});

t.test("stopping aborts what is being read, and writes nothing of it", async (t) => {
  const { keeper, become, signals, stopped, writes, lines } = setUp(t, MISSING);
  let answer: (result: SourceResult) => void = () => undefined;
  become(new Promise((resolve) => (answer = resolve)));
  keeper.replace([HARBOR]);
  await new Promise(setImmediate);
  const ended = keeper.stop();
  t.match(signals, [{ aborted: true }]);
  answer(credentials("one"));
  await ended;
  t.same([writes, stopped], [[], ["harbor"]]);
  t.notMatch(JSON.stringify(lines), /could not read/, "being stopped is no failure");
});

t.test("only sources that changed are made anew, and those that went are let go", async (t) => {
  const { keeper, made, stopped } = setUp(t, credentials("one"));
  keeper.replace([HARBOR]);
  keeper.replace([{ ...HARBOR }]);
  t.same([made, stopped], [["harbor"], []]);
  keeper.replace([{ ...HARBOR, credentials: { configFile: { path: "/other.json" } } }]);
  t.same([made, stopped], [["harbor", "harbor"], ["harbor"]]);
  keeper.replace([]);
  t.same(stopped, ["harbor", "harbor"]);
  await keeper.idle();
});

t.test("no credential reaches the log", async (t) => {
  const { keeper, settle, lines } = setUp(t, credentials("a-very-secret-password"));
  keeper.replace([HARBOR]);
  await settle();
  t.match(lines, [{ msg: "origin", result: "CopyWritten" }]);
  t.notMatch(JSON.stringify(lines), /a-very-secret-password|[A-Za-z0-9+/]{40}/);
});
