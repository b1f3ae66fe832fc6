import t, { type Test } from "tap";
import { createOriginKeeper, type SourceTemplate } from "../../src/controllers/origin-keeper.ts";
import type { Origin } from "../../src/core/copy/origin.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import type { SourceResult } from "../../src/core/credential/source.ts";
import type { Notice } from "../../src/core/event/event-sink.ts";
import { fakeClock } from "../builders/fake-clock.ts";
import { logRecorder } from "../builders/log-recorder.ts";

const HARBOR: SourceTemplate = {
  name: "harbor",
  secretName: "harbor-pull",
  matchImages: ["harbor.example.com"],
  credentials: { secretRef: { name: "creds" } },
};
const MISSING: SourceResult = { kind: "missing", message: "no Secret creds" };
const BROKEN: SourceResult = { kind: "broken", problems: [{ path: "auths", message: "must be an object" }] };

function credentials(password: string): SourceResult {
  const entry = { username: "robot", password: new Redacted(password) };
  return { kind: "credentials", credentials: new Map([["harbor.example.com", entry]]), findings: [] };
}

/** A keeper whose one source says what the test puts into it. */
function setUp(t: Test, first: SourceResult | Error) {
  let next = first;
  let reads = 0;
  let notify: () => void = () => undefined;
  const changes: string[] = [];
  const notices: Notice[] = [];
  const stopped: string[] = [];
  const clock = fakeClock();
  const recorder = logRecorder();
  const keeper = createOriginKeeper({
    createSource: ({ name }) => ({
      read: async () => {
        reads += 1;
        if (next instanceof Error) throw next;
        return next;
      },
      watch(onChange) {
        notify = onChange;
        return () => stopped.push(name);
      },
    }),
    onChange: (mapping) => changes.push(mapping),
    events: { tell: (notice) => notices.push(notice) },
    clock,
    random: () => 1,
    log: recorder.log,
  });
  t.teardown(keeper.stop);
  return {
    keeper,
    clock,
    changes,
    notices,
    stopped,
    lines: recorder.lines,
    reads: () => reads,
    prepare(result: SourceResult) {
      next = result;
    },
    async become(result: SourceResult | Error) {
      next = result;
      notify();
      await new Promise(setImmediate);
    },
  };
}

function textOf(origin: Origin): unknown {
  if (origin.kind !== "ready") return origin.kind;
  return JSON.parse(Buffer.from(origin.dockerConfigJson.reveal(), "base64").toString());
}

function dockerConfig(password: string): unknown {
  const auth = Buffer.from(`robot:${password}`).toString("base64");
  return { auths: { "harbor.example.com": { username: "robot", password, auth } } };
}

t.test("a source is read before `replace` resolves", async (t) => {
  const { keeper } = setUp(t, credentials("one"));
  t.equal(keeper.of("harbor").kind, "missing");
  await keeper.replace([HARBOR]);
  t.same(textOf(keeper.of("harbor")), dockerConfig("one"));
  t.equal(keeper.of("unknown").kind, "missing");
});

t.test("a change is told once, and none where nothing changed", async (t) => {
  const { keeper, changes, become } = setUp(t, MISSING);
  await keeper.replace([HARBOR]);
  await become(credentials("one"));
  await become(credentials("one"));
  await become(credentials("two"));
  t.same(changes, ["harbor", "harbor"]);
  t.same(textOf(keeper.of("harbor")), dockerConfig("two"));
});

t.test("something broken never takes the place of the last good credential", async (t) => {
  const { keeper, become, lines } = setUp(t, credentials("one"));
  await keeper.replace([HARBOR]);
  await become(BROKEN);
  t.same(textOf(keeper.of("harbor")), dockerConfig("one"));
  t.match(lines, [{ msg: "credential refused", registry: "harbor", problems: [{ path: "auths" }] }]);
  await become(credentials("two"));
  t.same(textOf(keeper.of("harbor")), dockerConfig("two"));
});

t.test("a credential that is taken away is gone", async (t) => {
  const { keeper, become } = setUp(t, credentials("one"));
  await keeper.replace([HARBOR]);
  await become(MISSING);
  t.equal(textOf(keeper.of("harbor")), "missing");
});

t.test("a reading that fails is tried again, and keeps what was", async (t) => {
  const { keeper, become, clock, reads } = setUp(t, credentials("one"));
  await keeper.replace([HARBOR]);
  await become(new Error("I/O"));
  t.same(textOf(keeper.of("harbor")), dockerConfig("one"));
  const before = reads();
  clock.advance(1_000);
  t.equal(reads(), before + 1);
});

t.test("only mappings whose source changed are read anew", async (t) => {
  const { keeper, reads, stopped } = setUp(t, credentials("one"));
  await keeper.replace([HARBOR]);
  await keeper.replace([HARBOR]);
  t.equal(reads(), 1);
  await keeper.replace([{ ...HARBOR, credentials: { secretRef: { name: "other" } } }]);
  t.equal(reads(), 2);
  t.same(stopped, ["harbor"]);
  await keeper.replace([]);
  t.equal(keeper.of("harbor").kind, "missing");
  t.same(stopped, ["harbor", "harbor"]);
});

t.test("findings and missing credentials are logged, never a credential", async (t) => {
  const { keeper, become, lines } = setUp(t, MISSING);
  await keeper.replace([HARBOR]);
  const result = credentials("a-very-secret-password");
  if (result.kind !== "credentials") return;
  await become({ ...result, findings: [{ path: "auths", message: "look here" }] });
  t.match(lines, [{ msg: "no credential yet" }, { msg: "credential finding", message: "look here" }]);
  t.notMatch(JSON.stringify(lines), /a-very-secret-password/);
});

t.test("an Event is told where a credential becomes unusable and where it is usable again", async (t) => {
  const good = credentials("one");
  const rows: readonly (readonly [string, readonly SourceResult[], readonly string[]])[] = [
    ["usable from the start", [good, credentials("two"), good], []],
    ["missing, then there", [MISSING, MISSING, good], ["CredentialMissing", "CredentialAccepted"]],
    ["refused, then mended", [BROKEN, BROKEN, good], ["CredentialRefused", "CredentialAccepted"]],
    ["taken away, then there", [good, MISSING, good], ["CredentialMissing", "CredentialAccepted"]],
    [
      "broken, then mended, twice",
      [good, BROKEN, good, BROKEN, good],
      ["CredentialRefused", "CredentialAccepted", "CredentialRefused", "CredentialAccepted"],
    ],
    ["missing, then broken", [MISSING, BROKEN], ["CredentialMissing", "CredentialRefused"]],
  ];
  for (const [name, [first = good, ...rest], expected] of rows) {
    const { keeper, become, notices } = setUp(t, first);
    await keeper.replace([HARBOR]);
    for (const result of rest) await become(result);
    t.same(
      notices.map(({ reason }) => reason),
      expected,
      name,
    );
  }
});

t.test("Events name the problem and the remedy", async (t) => {
  const { keeper, become, notices } = setUp(t, MISSING);
  await keeper.replace([HARBOR]);
  await become(BROKEN);
  await become(credentials("a-very-secret-password"));
  t.same(notices, [
    {
      type: "Warning",
      reason: "CredentialMissing",
      mapping: "harbor",
      note: "No credential: no Secret creds.",
    },
    {
      type: "Warning",
      reason: "CredentialRefused",
      mapping: "harbor",
      note: "The credential is refused: auths must be an object. The copies keep the last good one.",
    },
    {
      type: "Normal",
      reason: "CredentialAccepted",
      mapping: "harbor",
      note: "The credential is usable: the copies follow.",
    },
  ]);
});

t.test("who comes to lead tells what is wrong now, and nothing of what is right", async (t) => {
  const { keeper, become, notices } = setUp(t, BROKEN);
  await keeper.replace([HARBOR]);
  notices.length = 0;
  keeper.tellProblems();
  t.match(notices, [{ reason: "CredentialRefused" }]);
  await become(credentials("one"));
  notices.length = 0;
  keeper.tellProblems();
  t.same(notices, []);
});

t.test(
  "the last good credential stays while the same origin is broken, also under other patterns",
  async (t) => {
    const { keeper, become, notices } = setUp(t, credentials("one"));
    await keeper.replace([HARBOR]);
    await become(BROKEN);
    await keeper.replace([{ ...HARBOR, matchImages: ["other.example.com"] }]);
    t.same(textOf(keeper.of("harbor")), dockerConfig("one"));
    t.match(notices, [{ reason: "CredentialRefused" }]);
    t.equal(notices.length, 1, "it was refused before");
  },
);

t.test("patterns that mend a refused credential are told as its acceptance", async (t) => {
  const { keeper, prepare, notices } = setUp(t, BROKEN);
  await keeper.replace([HARBOR]);
  prepare(credentials("one"));
  await keeper.replace([{ ...HARBOR, matchImages: ["other.example.com"] }]);
  t.same(
    notices.map(({ reason }) => reason),
    ["CredentialRefused", "CredentialAccepted"],
  );
});

t.test("of another origin the last good credential of the former means nothing", async (t) => {
  for (const change of [{ credentials: { secretRef: { name: "other" } } }, { secretName: "other" }]) {
    const { keeper, become } = setUp(t, credentials("one"));
    await keeper.replace([HARBOR]);
    await become(BROKEN);
    await keeper.replace([{ ...HARBOR, ...change }]);
    t.equal(keeper.of("harbor").kind, "broken");
  }
});

t.test("why the last reading was of no use can be asked, and nothing of a credential", async (t) => {
  const { keeper, become } = setUp(t, MISSING);
  t.equal(keeper.troubleOf("harbor"), undefined, "it was not read yet");
  await keeper.replace([HARBOR]);
  t.same(keeper.troubleOf("harbor"), MISSING);
  await become(credentials("one"));
  t.equal(keeper.troubleOf("harbor"), undefined);
  await become(BROKEN);
  t.same(keeper.troubleOf("harbor"), BROKEN);
  t.match(keeper.of("harbor"), { kind: "ready" }, "the last good one is kept");
});
