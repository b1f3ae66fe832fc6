import t, { type Test } from "tap";
import { type LeaderElection, startLeaderElection } from "../../src/controllers/leader-election.ts";
import type { LeaseStore } from "../../src/core/leader/lease.ts";
import { fakeClock } from "../builders/fake-clock.ts";
import { type FakeLeases, type Fault, fakeLeases } from "../builders/fake-leases.ts";
import { logRecorder } from "../builders/log-recorder.ts";

type Candidate = LeaderElection & {
  readonly told: string[];
  /** What becomes of its requests from now on. */
  become(outcome: Fault["outcome"]): void;
};

/** Candidates for one Lease on one clock. */
function setUp(t: Test, leases: FakeLeases = fakeLeases()) {
  const clock = fakeClock();
  const { log, lines } = logRecorder();

  async function flush(): Promise<void> {
    await new Promise(setImmediate);
  }

  async function start(
    identity: string,
    parts: { store?: LeaseStore; onFollow?: () => Promise<void> } = {},
  ): Promise<Candidate> {
    const told: string[] = [];
    let outcome: Fault["outcome"] = "answered";
    const election = startLeaderElection({
      leases: parts.store ?? leases.store(() => ({ there: 0, back: 0, outcome })),
      identity,
      onLead: () => told.push("lead"),
      async onFollow() {
        told.push("follow");
        await parts.onFollow?.();
      },
      clock,
      random: () => 0,
      log,
    });
    t.teardown(() => election.stop());
    await flush();
    return {
      ...election,
      told,
      become(next) {
        outcome = next;
      },
    };
  }

  /** Passes time in steps that are short against everything that is waited for. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(Math.min(500, ms - passed));
      await flush();
    }
  }

  return { leases, clock, lines, start, pass, flush };
}

t.test("of two candidates one leads, for as long as it renews", async (t) => {
  const { leases, start, pass } = setUp(t);
  const a = await start("a");
  const b = await start("b");
  for (let minute = 0; minute < 3; minute++) {
    t.same([a.isHeld(), b.isHeld()], [true, false]);
    await pass(60_000);
  }
  t.same([a.told, b.told], [["lead"], []]);
  t.match(leases.present(), { holder: "a", duration: 15_000, transitions: 1 });
});

t.test(
  "a Lease of somebody else is taken over only when it was seen unchanged for its duration",
  async (t) => {
    const { leases, start, pass } = setUp(t);
    leases.put({ holder: "gone", duration: 15_000, transitions: 7 });
    const a = await start("a");
    await pass(8_000);
    leases.put({ holder: "gone" }); // renewed once more
    await pass(14_500);
    t.notOk(a.isHeld());
    await pass(4_500);
    t.ok(a.isHeld());
    t.match(leases.present(), { holder: "a", transitions: 8 });
  },
);

t.test("who cannot renew ceases to act before anybody else may, and leads again afterwards", async (t) => {
  const { start, pass, lines } = setUp(t);
  const a = await start("a");
  const b = await start("b");
  await pass(6_000);
  a.become("refused");
  await pass(10_000);
  t.same([a.isHeld(), b.isHeld()], [false, false], "the renewal was more than 10 s ago");
  await pass(9_500);
  t.same([a.isHeld(), b.isHeld()], [false, true]);
  t.same([a.told, b.told], [["lead", "follow"], ["lead"]]);
  t.match(
    lines.filter(({ msg }) => msg === "could not renew the lease"),
    [{ level: 40, err: { message: "the request was refused" } }],
  );
  a.become("answered");
  await b.stop();
  await pass(3_000);
  t.ok(a.isHeld());
  t.same(a.told, ["lead", "follow", "lead"]);
});

t.test("a short failure costs nobody the leadership", async (t) => {
  const { start, pass } = setUp(t);
  const a = await start("a");
  for (const fault of ["refused", "lost"] as const) {
    a.become(fault);
    await pass(5_000);
    a.become("answered");
    await pass(5_000);
    t.ok(a.isHeld(), fault);
  }
  t.same(a.told, ["lead"]);
});

t.test("who stops ceases to act, and hands over at once", async (t) => {
  const { leases, start, pass, flush } = setUp(t);
  let finish: () => void = () => undefined;
  const a = await start("a", { onFollow: () => new Promise((resolve) => (finish = resolve)) });
  const b = await start("b");
  const stopped = a.stop();
  t.notOk(a.isHeld());
  await flush();
  t.equal(leases.present()?.holder, "a", "what had begun has not ended");
  finish();
  await stopped;
  t.match(leases.present(), { holder: "" });
  await pass(2_500);
  t.ok(b.isHeld());
});

t.test("who never led gives nothing back, and a stopped candidate stays silent", async (t) => {
  const { leases, clock, start, pass } = setUp(t);
  await start("a");
  const b = await start("b");
  await b.stop();
  const { version } = leases.present() ?? {};
  t.equal(leases.present()?.holder, "a");
  t.same(b.told, []);
  await pass(2_000);
  t.not(leases.present()?.version, version, "a goes on");
  t.equal(clock.pending, 1, "only a waits for its next turn");
});

t.test("a Lease that cannot be given back is told, and runs out", async (t) => {
  const { start, lines } = setUp(t);
  const a = await start("a");
  a.become("refused");
  await a.stop();
  t.same(a.told, ["lead", "follow"]);
  t.match(
    lines.filter(({ level }) => level === 40),
    [{ msg: "could not give the lease back" }],
  );
});

t.test("a Lease that was deleted is made anew by whoever leads", async (t) => {
  const { leases, start, pass } = setUp(t);
  const a = await start("a");
  leases.put(undefined);
  await pass(6_000);
  t.ok(a.isHeld());
  t.equal(leases.present()?.holder, "a");
  t.same(a.told, ["lead"]);
});

t.test("who finds its Lease in other hands follows, and waits until it runs out", async (t) => {
  const { leases, start, pass } = setUp(t);
  const a = await start("a");
  leases.put({ holder: "thief" });
  await pass(5_000);
  t.notOk(a.isHeld());
  t.same(a.told, ["lead", "follow"]);
  t.equal(leases.present()?.holder, "thief");
  await pass(17_000);
  t.ok(a.isHeld());
});

t.test("a process that was asleep does not act when it wakes up", async (t) => {
  const { clock, start } = setUp(t);
  let wake: (error: Error) => void = () => undefined;
  const hanging = new Promise<never>((_resolve, reject) => (wake = reject));
  const leases = fakeLeases();
  const store = leases.store();
  let isAsleep = false;
  const a = await start("a", {
    store: { read: store.read, write: (claim, seen) => (isAsleep ? hanging : store.write(claim, seen)) },
  });
  t.ok(a.isHeld());
  isAsleep = true;
  clock.advance(10_000);
  t.notOk(a.isHeld());
  clock.advance(60_000);
  t.notOk(a.isHeld());
  wake(new Error("no answer in time"));
});

t.test("who is stopped while it takes the Lease never leads, and gives it back", async (t) => {
  const { leases, start, flush } = setUp(t);
  const store = leases.store();
  let arrive: () => void = () => undefined;
  let isHeldBack = true;
  const a = await start("a", {
    store: {
      read: store.read,
      async write(claim, seen) {
        const written = await store.write(claim, seen);
        if (isHeldBack) await new Promise<void>((resolve) => (arrive = resolve));
        return written;
      },
    },
  });
  const stopped = a.stop();
  await flush();
  t.equal(leases.present()?.holder, "a");
  isHeldBack = false;
  arrive();
  await stopped;
  t.equal(leases.present()?.holder, "");
  t.same(a.told, []);
});

t.test("every candidate knows who leads, and that nobody does", async (t) => {
  const { start, pass, leases } = setUp(t);
  const silent = fakeLeases().store(() => ({ there: 0, back: 0, outcome: "refused" }));
  const lost = await start("lost", { store: silent });
  t.equal(lost.holder(), undefined, "who has not seen the Lease cannot know");
  const a = await start("a");
  const b = await start("b");
  await pass(3_000);
  t.same([a.holder(), b.holder()], ["a", "a"]);
  await a.stop();
  await pass(3_000);
  t.same([a.holder(), b.holder()], [undefined, "b"]);
  b.become("refused");
  await pass(11_000);
  t.equal(b.holder(), undefined, "it could not renew in time");
  t.match(leases.present(), { holder: "b" });
});
