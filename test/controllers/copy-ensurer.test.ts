import t from "tap";
import { createCopyEnsurer } from "../../src/controllers/copy-ensurer.ts";
import type { CopyResult } from "../../src/core/copy/copy-result.ts";
import type { CopyOutcome } from "../../src/core/copy/ensure-copy.ts";
import { createUnfinishedCopies } from "../../src/core/copy/unfinished-copies.ts";
import { bareNamespace, unknownNamespace } from "../../src/core/namespace/namespace.ts";
import { config } from "../builders/config.ts";
import { copyWorld, foreign, HARBOR, MISSING, ready } from "../builders/copies.ts";
import { fakeClock } from "../builders/fake-clock.ts";

const TEAM_A = bareNamespace("team-a");
const ENDING = { ...TEAM_A, terminating: true };
const [MAPPING] = config([HARBOR]).mappings;

type Writing = {
  readonly key: string;
  readonly dryRun: boolean;
  readonly end: (result: CopyResult) => void;
  readonly fail: () => void;
};

/** An ensurer whose writes a test ends by hand. */
function setUp() {
  if (MAPPING === undefined) throw new Error("the config has a mapping");
  const clock = fakeClock();
  const unfinished = createUnfinishedCopies();
  const writings: Writing[] = [];
  let isCurrent = true;
  const ensurer = createCopyEnsurer({
    writer: {
      isKnownCurrent: () => isCurrent,
      write: ({ secretName }, namespace, dryRun) =>
        new Promise<CopyOutcome>((resolve, reject) => {
          writings.push({
            key: `${namespace}/${secretName}`,
            dryRun,
            end: (result) => resolve({ result }),
            fail: () => reject(new Error("bug")),
          });
        }),
    },
    unfinished,
    clock,
  });
  const end = async (index: number, result: CopyResult): Promise<void> => {
    writings[index]?.end(result);
    await new Promise(setImmediate);
  };
  const become = (next: boolean): void => {
    isCurrent = next;
  };
  return { clock, unfinished, writings, ensurer, end, become, mapping: MAPPING };
}

t.test("a Pod's copy stands when its admission is answered", async (t) => {
  const { ensurer, mapping, credential } = copyWorld(t);
  t.same(await ensurer.ensure(mapping(), TEAM_A, false, 1_000), { result: "CopyWritten" });
  t.equal(credential("team-a"), "one");
  t.same(await ensurer.ensure(mapping(), TEAM_A, false, 1_000), { result: "CopyCurrent" });
});

t.test("reviews for one namespace at the same time make one write", async (t) => {
  const { ensurer, mapping, writes } = copyWorld(t);
  const outcomes = await Promise.all([1, 2, 3].map(() => ensurer.ensure(mapping(), TEAM_A, false, 1_000)));
  t.same(new Set(outcomes.map(({ result }) => result)), new Set(["CopyWritten"]));
  t.same(writes, ["team-a/harbor-pull"]);
});

t.test(
  "a write is shared while it lasts, and only by those for the same mapping and namespace",
  async (t) => {
    const { ensurer, mapping, writings, end } = setUp();
    void ensurer.ensure(mapping, TEAM_A, false, 1_000);
    void ensurer.ensure(mapping, TEAM_A, false, 1_000);
    void ensurer.ensure(mapping, bareNamespace("team-b"), false, 1_000);
    t.same(
      writings.map(({ key }) => key),
      ["team-a/harbor-pull", "team-b/harbor-pull"],
    );
    await end(0, "CopyWritten");
    void ensurer.ensure(mapping, TEAM_A, false, 1_000);
    t.equal(writings.length, 3);
  },
);

t.test(
  "after a reload another mapping with the same Secret does not share the former one's write",
  async (t) => {
    const { ensurer, mapping, writings, end } = setUp();
    const reloaded = { ...mapping, matchImages: ["other.example.com"] };
    const before = ensurer.ensure(mapping, TEAM_A, false, 1_000);
    const after = ensurer.ensure(reloaded, TEAM_A, false, 1_000);
    t.equal(writings.length, 2);
    await end(0, "CopyFailed");
    void ensurer.ensure(reloaded, TEAM_A, false, 1_000);
    t.equal(writings.length, 2, "the end of the former write does not end the sharing of the later one");
    await end(1, "CopyWritten");
    t.same([await before, await after], [{ result: "CopyFailed" }, { result: "CopyWritten" }]);
  },
);

t.test("a write that takes too long is answered at the deadline and goes on", async (t) => {
  const { ensurer, mapping, clock, onWrite, credential, flush } = copyWorld(t, { isLeader: false });
  let finish: () => void = () => undefined;
  onWrite(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  const outcome = ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  await flush();
  clock.advance(1_000);
  t.same(await outcome, { result: "CopyDelayed" });
  finish();
  await flush();
  t.equal(credential("team-a"), "one");
});

t.test("each review has a deadline of its own, also where they share a write", async (t) => {
  const { ensurer, mapping, clock, end } = setUp();
  const hasty = ensurer.ensure(mapping, TEAM_A, false, 100);
  const patient = ensurer.ensure(mapping, TEAM_A, false, 1_000);
  clock.advance(100);
  t.same(await hasty, { result: "CopyDelayed" });
  await end(0, "CopyWritten");
  t.same(await patient, { result: "CopyWritten" });
  t.equal(clock.pending, 0, "no timer is left");
});

t.test("a dry run writes nothing, shares nothing and leaves nothing to do", async (t) => {
  const { ensurer, mapping, writings, unfinished, end } = setUp();
  const real = ensurer.ensure(mapping, TEAM_A, false, 1_000);
  const dry = ensurer.ensure(mapping, TEAM_A, true, 1_000);
  t.same(
    writings.map(({ dryRun }) => dryRun),
    [false, true],
  );
  await end(1, "NoCredential");
  await end(0, "CopyWritten");
  t.same([await real, await dry], [{ result: "CopyWritten" }, { result: "NoCredential" }]);
  t.same(unfinished.list(), []);
});

t.test("a dry run writes nothing, now or later", async (t) => {
  const { ensurer, mapping, writes, rotate, settle } = copyWorld(t);
  t.same(await ensurer.ensure(mapping(), TEAM_A, true, 1_000), { result: "CopyDryRun" });
  rotate(ready("two"));
  await settle();
  t.same(writes, []);
});

t.test("nothing is written into a namespace on its way out", async (t) => {
  const { ensurer, mapping, writings, unfinished } = setUp();
  t.same(await ensurer.ensure(mapping, ENDING, false, 1_000), { result: "NamespaceTerminating" });
  t.same([writings, unfinished.list()], [[], []]);
});

t.test("what is not finished is handed over, what stands is not", async (t) => {
  const rows: readonly (readonly [CopyResult, boolean])[] = [
    ["CopyCurrent", false],
    ["CopyWritten", false],
    ["NamespaceTerminating", false],
    ["ForeignSecret", true],
    ["NoCredential", true],
    ["CopyFailed", true],
  ];
  for (const [result, isHandedOver] of rows) {
    const { ensurer, mapping, unfinished, end } = setUp();
    const outcome = ensurer.ensure(mapping, TEAM_A, false, 1_000);
    await end(0, result);
    t.same(await outcome, { result }, result);
    t.same(unfinished.list(), isHandedOver ? ["team-a/harbor-pull"] : [], result);
  }
});

t.test("a write that fails after its deadline is handed over, too", async (t) => {
  const { ensurer, mapping, clock, unfinished, end } = setUp();
  const outcome = ensurer.ensure(mapping, TEAM_A, false, 1_000);
  clock.advance(1_000);
  t.same(await outcome, { result: "CopyDelayed" });
  t.same(unfinished.list(), []);
  await end(0, "CopyFailed");
  t.same(unfinished.list(), ["team-a/harbor-pull"]);
});

t.test("a writer that throws rejects the reviews that wait, and no one else hears of it", async (t) => {
  const { ensurer, mapping, writings, unfinished, clock } = setUp();
  const outcome = ensurer.ensure(mapping, TEAM_A, false, 1_000);
  writings[0]?.fail();
  await t.rejects(outcome, { message: "bug" });
  t.same(unfinished.list(), ["team-a/harbor-pull"]);
  t.equal(clock.pending, 0);
});

t.test("a write that never ends is handed over and blocks later reviews no more", async (t) => {
  const { ensurer, mapping, clock, writings, unfinished, end } = setUp();
  void ensurer.ensure(mapping, TEAM_A, false, 1_000);
  clock.advance(29_999);
  void ensurer.ensure(mapping, TEAM_A, false, 1_000);
  t.equal(writings.length, 1);
  clock.advance(1);
  t.same(unfinished.list(), ["team-a/harbor-pull"]);
  const next = ensurer.ensure(mapping, TEAM_A, false, 1_000);
  t.equal(writings.length, 2);
  await end(1, "CopyWritten");
  t.same(await next, { result: "CopyWritten" });
});

t.test("a copy is known to be right only where nothing has to be asked", async (t) => {
  const { ensurer, mapping, become } = setUp();
  t.ok(ensurer.isKnownCurrent(mapping, TEAM_A));
  t.notOk(ensurer.isKnownCurrent(mapping, ENDING), "the namespace ends");
  become(false);
  t.notOk(ensurer.isKnownCurrent(mapping, TEAM_A));

  const world = copyWorld(t, { isLeader: false });
  const known = (): boolean => world.ensurer.isKnownCurrent(world.mapping(), TEAM_A);
  t.notOk(known(), "there is none");
  world.secrets.load("team-a", "harbor-pull", foreign("team-a"));
  t.notOk(known(), "a foreign one");
  world.secrets.load("team-a", "harbor-pull", undefined);
  await world.ensurer.ensure(world.mapping(), TEAM_A, false, 1_000);
  t.ok(known());
  world.rotate(ready("two"));
  t.notOk(known(), "an outdated one");
  world.rotate(MISSING);
  t.notOk(known(), "one without origin");
});

t.test("a namespace that could not be looked up is left to whoever keeps the copies right", async (t) => {
  const { ensurer, mapping, writings, unfinished, become } = setUp();
  const place = unknownNamespace("team-a");
  t.same(await ensurer.ensure(mapping, place, false, 1_000), { result: "CopyCurrent" });
  become(false);
  t.same(await ensurer.ensure(mapping, place, true, 1_000), { result: "CopyDryRun" });
  t.same(unfinished.list(), []);
  t.same(await ensurer.ensure(mapping, place, false, 1_000), { result: "CopyDelayed" });
  t.same(unfinished.list(), ["team-a/harbor-pull"]);
  t.same(writings, []);
});

t.test("a stop waits for what is being written, and hands over what takes too long", async (t) => {
  const { ensurer, mapping, clock, unfinished, end } = setUp();
  await ensurer.stop();
  void ensurer.ensure(mapping, TEAM_A, false, 1_000);
  void ensurer.ensure(mapping, bareNamespace("team-b"), false, 1_000);
  let hasStopped = false;
  const stopped = ensurer.stop().then(() => {
    hasStopped = true;
  });
  await end(0, "CopyWritten");
  clock.advance(4_999);
  await new Promise(setImmediate);
  t.notOk(hasStopped, "team-b is being written");
  clock.advance(1);
  await stopped;
  t.same(unfinished.list(), ["team-b/harbor-pull"]);
});

t.test("a stop hands over what fails while it waits", async (t) => {
  const { ensurer, mapping, unfinished, end, writings } = setUp();
  void ensurer.ensure(mapping, TEAM_A, false, 1_000);
  ensurer.ensure(mapping, bareNamespace("team-b"), false, 1_000).catch(() => undefined);
  const stopped = ensurer.stop();
  await end(0, "NoCredential");
  writings[1]?.fail();
  await stopped;
  t.same(unfinished.list(), ["team-a/harbor-pull", "team-b/harbor-pull"]);
});
