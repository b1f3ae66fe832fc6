import t, { type Test } from "tap";
import { createMemoryNamespaceStore } from "../../src/adapters/standalone/memory-namespace-store.ts";
import { createMemorySecretStore } from "../../src/adapters/standalone/memory-secret-store.ts";
import { createCopyKeeper } from "../../src/controllers/copy-keeper.ts";
import type { CompiledConfig, Mapping } from "../../src/core/config/compile.ts";
import { buildCopy } from "../../src/core/copy/copy.ts";
import type { CopyResult } from "../../src/core/copy/copy-result.ts";
import type { Origin } from "../../src/core/copy/origin.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import { bareNamespace } from "../../src/core/namespace/namespace.ts";
import type { Secret } from "../../src/core/secret/secret.ts";
import { config } from "../builders/config.ts";
import { fakeClock } from "../builders/fake-clock.ts";
import { logRecorder } from "../builders/log-recorder.ts";

const HARBOR = {
  name: "harbor",
  matchImages: ["harbor.example.com"],
  secretName: "harbor-pull",
  namespaces: { include: ["team-*"] },
};

/** A keeper over an in-memory store whose writes a test can hold back or make fail. */
function setUp(t: Test, provisioning = "onDemand") {
  let compiled = config([HARBOR], provisioning);
  let origin: Origin = ready("one");
  let write: (secret: Secret) => Promise<void> = async () => undefined;
  const writes: string[] = [];
  const results: CopyResult[] = [];
  const clock = fakeClock();
  const namespaces = createMemoryNamespaceStore();
  const secrets = createMemorySecretStore({
    write: (secret) => {
      writes.push(`${secret.metadata.namespace}/${secret.metadata.name}`);
      return write(secret);
    },
    remove: async () => undefined,
  });
  const keeper = createCopyKeeper({
    secrets,
    namespaces,
    origins: { of: () => origin },
    config: () => compiled,
    ownNamespace: "pullcred",
    observe: (result) => results.push(result),
    clock,
    random: () => 1,
    log: logRecorder().log,
  });
  t.teardown(keeper.stop);
  return {
    clock,
    namespaces,
    secrets,
    keeper,
    writes,
    results,
    mapping: compiled.mappings[0] as Mapping,
    onWrite: (next: typeof write) => {
      write = next;
    },
    rotate(next: Origin) {
      origin = next;
      keeper.originChanged("harbor");
    },
    configure(next: CompiledConfig) {
      compiled = next;
      keeper.configChanged();
    },
    async settle() {
      await new Promise(setImmediate);
      await keeper.idle();
    },
    async credential(namespace: string, name = "harbor-pull") {
      const secret = await secrets.get(namespace, name);
      return secret && Buffer.from(secret.data?.[".dockerconfigjson"] ?? "", "base64").toString();
    },
  };
}

function ready(text: string): Origin {
  return { kind: "ready", dockerConfigJson: new Redacted(Buffer.from(text).toString("base64")) };
}

const MISSING: Origin = { kind: "missing", message: "none yet" };

t.test("a Pod's copy stands when its admission is answered", async (t) => {
  const { keeper, mapping, credential } = setUp(t);
  t.same(await keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000), { result: "CopyWritten" });
  t.equal(await credential("team-a"), "one");
  t.same(await keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000), { result: "CopyCurrent" });
});

t.test("reviews for one namespace at the same time make one write", async (t) => {
  const { keeper, mapping, writes } = setUp(t);
  const outcomes = await Promise.all(
    [1, 2, 3].map(() => keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000)),
  );
  t.same(new Set(outcomes.map(({ result }) => result)), new Set(["CopyWritten"]));
  t.same(writes, ["team-a/harbor-pull"]);
});

t.test("a dry run writes nothing, now or later", async (t) => {
  const { keeper, mapping, writes, rotate, settle } = setUp(t);
  t.same(await keeper.ensure(mapping, bareNamespace("team-a"), true, 1_000), { result: "CopyDryRun" });
  rotate(ready("two"));
  await settle();
  t.same(writes, []);
});

t.test("nothing is written into a namespace on its way out", async (t) => {
  const { keeper, mapping, writes } = setUp(t);
  const ending = { ...bareNamespace("team-a"), terminating: true };
  t.same(await keeper.ensure(mapping, ending, false, 1_000), { result: "NamespaceTerminating" });
  t.same(writes, []);
});

t.test("a write that takes too long is answered at the deadline and goes on", async (t) => {
  const { keeper, mapping, clock, onWrite, credential, settle } = setUp(t);
  let finish: () => void = () => undefined;
  onWrite(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  const outcome = keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000);
  await settle();
  clock.advance(1_000);
  t.same(await outcome, { result: "CopyDelayed" });
  finish();
  await settle();
  t.equal(await credential("team-a"), "one");
});

t.test("a write that fails is tried again in the background until it works", async (t) => {
  const { keeper, mapping, clock, onWrite, credential, settle } = setUp(t);
  let failures = 3;
  onWrite(async () => {
    if (failures-- > 0) throw new Error("disk full");
  });
  t.match(await keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000), { result: "CopyFailed" });
  for (let attempt = 0; attempt < 3; attempt++) {
    await settle();
    clock.advance(60_000);
  }
  await settle();
  t.equal(await credential("team-a"), "one");
});

t.test("a namespace that had no credential gets its copy as soon as there is one", async (t) => {
  const { keeper, mapping, rotate, settle, credential } = setUp(t);
  rotate(MISSING);
  t.same(await keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000), { result: "NoCredential" });
  rotate(ready("late"));
  await settle();
  t.equal(await credential("team-a"), "late");
});

t.test("every copy follows its origin, and none appears where none was asked for", async (t) => {
  const { keeper, mapping, rotate, settle, credential, namespaces } = setUp(t);
  namespaces.load("team-c", bareNamespace("team-c"));
  await keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000);
  await keeper.ensure(mapping, bareNamespace("team-b"), false, 1_000);
  rotate(ready("two"));
  await settle();
  t.same(
    [await credential("team-a"), await credential("team-b"), await credential("team-c")],
    ["two", "two", undefined],
  );
});

t.test("copies keep their credential while the origin has none", async (t) => {
  const { keeper, mapping, rotate, settle, credential } = setUp(t);
  await keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000);
  rotate(MISSING);
  await settle();
  t.equal(await credential("team-a"), "one");
});

t.test("a copy that was edited or deleted is restored", async (t) => {
  const { keeper, mapping, secrets, settle, credential } = setUp(t);
  await keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000);
  const edited = buildCopy({ name: "harbor", secretName: "harbor-pull" }, "team-a", new Redacted("eA=="));
  secrets.load("team-a", "harbor-pull", edited);
  await settle();
  t.equal(await credential("team-a"), "one");
  secrets.load("team-a", "harbor-pull", undefined);
  await settle();
  t.equal(await credential("team-a"), "one");
});

t.test("a foreign Secret is left alone, and ours takes its place when it goes", async (t) => {
  const { keeper, mapping, secrets, settle, writes, rotate, credential } = setUp(t);
  secrets.load("team-a", "harbor-pull", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "harbor-pull", namespace: "team-a" },
    data: { ".dockerconfigjson": "Zm9yZWlnbg==" },
  });
  t.same(await keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000), { result: "ForeignSecret" });
  rotate(ready("two"));
  await settle();
  t.same(writes, []);
  secrets.load("team-a", "harbor-pull", undefined);
  await settle();
  t.equal(await credential("team-a"), "two");
});

t.test("eager provisioning gives every allowed namespace its copy", async (t) => {
  const { keeper, namespaces, settle, writes } = setUp(t, "eager");
  for (const name of ["team-a", "default", "pullcred"]) namespaces.load(name, bareNamespace(name));
  namespaces.load("team-gone", { ...bareNamespace("team-gone"), terminating: true });
  namespaces.load("team-out", {
    ...bareNamespace("team-out"),
    annotations: { "pullcred.dev/inject": "false" },
  });
  keeper.configChanged();
  await settle();
  namespaces.load("team-b", bareNamespace("team-b"));
  await settle();
  t.same(writes, ["team-a/harbor-pull", "team-b/harbor-pull"]);
});

t.test("a copy goes where its namespace is no longer allowed", async (t) => {
  const { keeper, mapping, configure, settle, credential } = setUp(t);
  await keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000);
  await keeper.ensure(mapping, bareNamespace("team-b"), false, 1_000);
  configure(config([{ ...HARBOR, namespaces: { include: ["team-b"] } }]));
  await settle();
  t.same([await credential("team-a"), await credential("team-b")], [undefined, "one"]);
});

t.test("a copy goes where no mapping has its name any more", async (t) => {
  const { keeper, mapping, configure, settle, credential } = setUp(t);
  await keeper.ensure(mapping, bareNamespace("team-a"), false, 1_000);
  configure(config([{ ...HARBOR, secretName: "other" }]));
  await settle();
  t.equal(await credential("team-a"), undefined);
});
