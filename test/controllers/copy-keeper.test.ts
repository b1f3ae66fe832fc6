import t from "tap";
import { buildCopy } from "../../src/core/copy/copy.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import { bareNamespace } from "../../src/core/namespace/namespace.ts";
import { config } from "../builders/config.ts";
import { copyWorld, foreign, HARBOR, MISSING, ready } from "../builders/copies.ts";

const TEAM_A = bareNamespace("team-a");
const TEAM_B = bareNamespace("team-b");
const EDITED = buildCopy({ name: "harbor", secretName: "harbor-pull" }, "team-a", new Redacted("eA=="));

t.test("a write that fails is tried again in the background until it works", async (t) => {
  const { ensurer, mapping, clock, onWrite, credential, settle, unfinished } = copyWorld(t);
  let failures = 3;
  onWrite(async () => {
    if (failures-- > 0) throw new Error("disk full");
  });
  t.match(await ensurer.ensure(mapping(), TEAM_A, false, 1_000), { result: "CopyFailed" });
  for (let attempt = 0; attempt < 3; attempt++) {
    await settle();
    clock.advance(60_000);
  }
  await settle();
  t.equal(credential("team-a"), "one");
  t.same(unfinished.list(), []);
});

t.test("a namespace that had no credential gets its copy as soon as there is one", async (t) => {
  const { ensurer, mapping, rotate, settle, credential, unfinished } = copyWorld(t);
  rotate(MISSING);
  t.same(await ensurer.ensure(mapping(), TEAM_A, false, 1_000), { result: "NoCredential" });
  await settle();
  t.same(unfinished.list(), ["team-a/harbor-pull"], "it waits");
  rotate(ready("late"));
  await settle();
  t.equal(credential("team-a"), "late");
  t.same(unfinished.list(), []);
});

t.test("a copy that another replica could not finish is made a moment later, and crossed off", async (t) => {
  const { unfinished, writes, flush, clock } = copyWorld(t);
  unfinished.add("team-a/harbor-pull");
  await flush();
  t.same(writes, [], "who asked for it may still be writing");
  clock.advance(500);
  await flush();
  t.same(writes, ["team-a/harbor-pull"]);
  t.same(unfinished.list(), []);
});

t.test("an unfinished copy that may not stand is crossed off without a write", async (t) => {
  const { unfinished, writes, settle } = copyWorld(t);
  for (const key of ["default/harbor-pull", "team-a/unknown-pull"]) unfinished.add(key);
  await settle();
  t.same(writes, []);
  t.same(unfinished.list(), []);
});

t.test("every copy follows its origin, and none appears where none was asked for", async (t) => {
  const { ensurer, mapping, rotate, settle, credential, namespaces } = copyWorld(t);
  namespaces.load("team-c", bareNamespace("team-c"));
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  await ensurer.ensure(mapping(), TEAM_B, false, 1_000);
  rotate(ready("two"));
  await settle();
  t.same([credential("team-a"), credential("team-b"), credential("team-c")], ["two", "two", undefined]);
});

t.test("copies keep their credential while the origin has none", async (t) => {
  const { ensurer, mapping, rotate, settle, credential } = copyWorld(t);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  rotate(MISSING);
  await settle();
  t.equal(credential("team-a"), "one");
});

t.test("a copy that was edited or deleted is restored", async (t) => {
  const { ensurer, mapping, secrets, settle, credential } = copyWorld(t);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  secrets.load("team-a", "harbor-pull", EDITED);
  await settle();
  t.equal(credential("team-a"), "one");
  secrets.load("team-a", "harbor-pull", undefined);
  await settle();
  t.equal(credential("team-a"), "one");
});

t.test("a foreign Secret is left alone, and ours takes its place when it goes", async (t) => {
  const { ensurer, mapping, secrets, settle, writes, rotate, credential, unfinished } = copyWorld(t);
  secrets.load("team-a", "harbor-pull", foreign("team-a"));
  t.same(await ensurer.ensure(mapping(), TEAM_A, false, 1_000), { result: "ForeignSecret" });
  rotate(ready("two"));
  await settle();
  t.same(writes, []);
  t.same(unfinished.list(), ["team-a/harbor-pull"]);
  secrets.load("team-a", "harbor-pull", undefined);
  await settle();
  t.equal(credential("team-a"), "two");
  t.same(unfinished.list(), []);
});

t.test("eager provisioning gives every allowed namespace its copy", async (t) => {
  const { keeper, namespaces, settle, writes } = copyWorld(t, { provisioning: "eager" });
  for (const name of ["team-a", "default", "pullcred"]) namespaces.load(name, bareNamespace(name));
  namespaces.load("team-gone", { ...bareNamespace("team-gone"), terminating: true });
  namespaces.load("team-out", {
    ...bareNamespace("team-out"),
    annotations: { "pullcred.dev/inject": "false" },
  });
  keeper.configChanged();
  await settle();
  namespaces.load("team-b", TEAM_B);
  await settle();
  t.same(writes, ["team-a/harbor-pull", "team-b/harbor-pull"]);
});

t.test("a copy goes where its namespace is no longer allowed", async (t) => {
  const { ensurer, mapping, configure, settle, credential } = copyWorld(t);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  await ensurer.ensure(mapping(), TEAM_B, false, 1_000);
  configure(config([{ ...HARBOR, namespaces: { include: ["team-b"] } }]));
  await settle();
  t.same([credential("team-a"), credential("team-b")], [undefined, "one"]);
});

t.test(
  "a copy goes where the namespace's labels allow it no more, and does not come back by itself",
  async (t) => {
    const { ensurer, mapping, configure, settle, credential, namespaces } = copyWorld(t);
    const labelled = (tier: string) => ({ ...TEAM_A, labels: { ...TEAM_A.labels, tier } });
    namespaces.load("team-a", labelled("app"));
    configure(config([{ ...HARBOR, namespaces: { selector: { matchLabels: { tier: "app" } } } }]));
    await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
    await settle();
    t.equal(credential("team-a"), "one");
    namespaces.load("team-a", labelled("db"));
    await settle();
    t.equal(credential("team-a"), undefined);
    namespaces.load("team-a", labelled("app"));
    await settle();
    t.equal(credential("team-a"), undefined, "no Pod asked for it");
  },
);

t.test("a foreign Secret stays where its namespace is not allowed", async (t) => {
  const { unfinished, secrets, settle, writes } = copyWorld(t);
  secrets.load("default", "harbor-pull", foreign("default"));
  unfinished.add("default/harbor-pull");
  await settle();
  t.same(writes, []);
  t.same(secrets.peek("default", "harbor-pull"), foreign("default"));
});

t.test("a copy goes where no mapping has its name any more", async (t) => {
  const { ensurer, mapping, configure, settle, credential } = copyWorld(t);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  configure(config([{ ...HARBOR, secretName: "other" }]));
  await settle();
  t.equal(credential("team-a"), undefined);
});

t.test("a copy in a namespace on its way out is neither restored nor an error", async (t) => {
  const { ensurer, mapping, namespaces, secrets, settle, writes, lines } = copyWorld(t);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  namespaces.load("team-a", { ...TEAM_A, terminating: true });
  secrets.load("team-a", "harbor-pull", undefined);
  await settle();
  t.same(writes, ["team-a/harbor-pull"]);
  t.same(
    lines.filter(({ level }) => Number(level) >= 40),
    [],
  );
});

t.test("the Secrets of pullcred's own namespace are its origins, and never touched", async (t) => {
  const { secrets, configure, rotate, settle, writes, unfinished, namespaces, keeper } = copyWorld(t);
  const origin = buildCopy({ name: "harbor", secretName: "harbor-pull" }, "pullcred", new Redacted("eA=="));
  secrets.load("pullcred", "harbor-pull", origin);
  unfinished.add("pullcred/harbor-pull");
  for (const provisioning of ["onDemand", "eager"]) {
    configure(config([{ ...HARBOR, namespaces: { include: ["*"] } }], provisioning));
    namespaces.load("pullcred", bareNamespace("pullcred"));
    rotate(ready("two"));
    await settle();
  }
  configure(config([{ ...HARBOR, secretName: "other" }]));
  keeper.originChanged("harbor");
  await settle();
  t.same(writes, []);
  t.same(secrets.peek("pullcred", "harbor-pull"), origin);
});
