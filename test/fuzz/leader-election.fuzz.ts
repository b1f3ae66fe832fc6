import fc from "fast-check";
import t from "tap";
import { type LeaderElection, startLeaderElection } from "../../src/controllers/leader-election.ts";
import type { LeaseStore } from "../../src/core/leader/lease.ts";
import { fakeClock } from "../builders/fake-clock.ts";
import { type Fault, fakeLeases } from "../builders/fake-leases.ts";
import { logRecorder } from "../builders/log-recorder.ts";
import { numRuns } from "./runs.ts";

const STEP_MS = 250;
/** As src/cli/serve/cluster-backend.ts sets it: the caller hears of an error then, and the request may still arrive later. */
const REQUEST_TIMEOUT_MS = 5_000;
const TROUBLE_MS = 90_000;
/** A Lease of 15 s runs out, two turns pass, and the last of the late requests has arrived before. */
const CALM_MS = 60_000;
const FINE: Fault = { there: 0, back: 0, outcome: "answered" };
const DOWN: Fault = { there: 0, back: 0, outcome: "refused" };

const fault = fc.record({
  there: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 25_000 })),
  back: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 8_000 })),
  outcome: fc.constantFrom("answered", "answered", "refused", "lost"),
}) satisfies fc.Arbitrary<Fault>;

/** Troubles come in rows: a partition lasts. */
const row = fc
  .tuple(fc.oneof(fc.constant(FINE), fault, fc.constant(DOWN)), fc.integer({ min: 1, max: 12 }))
  .map(([repeated, times]) => Array.from({ length: times }, () => repeated));

type Plan = {
  readonly startsAt: number;
  readonly stopsAt: number | null;
  readonly random: number;
  readonly faults: readonly Fault[];
};

const plan: fc.Arbitrary<Plan> = fc.record({
  startsAt: fc.integer({ min: 0, max: 30_000 }),
  stopsAt: fc.option(fc.integer({ min: 30_000, max: TROUBLE_MS })),
  random: fc.double({ min: 0, max: 0.99, noNaN: true }),
  faults: fc.array(row, { maxLength: 10 }).map((rows) => rows.flat()),
});

type Running = { election: LeaderElection; isLeading: boolean };

/** Runs the candidates through their troubles and 60 s of calm. Throws where two may act at a time. */
async function simulate(plans: readonly Plan[]): Promise<readonly boolean[]> {
  const clock = fakeClock();
  const { log } = logRecorder("silent");
  const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));
  const leases = fakeLeases(wait);
  const running: (Running | undefined)[] = plans.map(() => undefined);

  function inTime<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = clock.after(REQUEST_TIMEOUT_MS, () => reject(new Error("no answer in time")));
      promise.then(resolve, reject).finally(cancel);
    });
  }

  function start(index: number, { faults, random }: Plan): void {
    const left = [...faults];
    const store = leases.store(() => (clock.now() < TROUBLE_MS && left.shift()) || FINE);
    const timed: LeaseStore = {
      read: () => inTime(store.read()),
      write: (claim, seen) => inTime(store.write(claim, seen)),
    };
    const entry: Omit<Running, "election"> = { isLeading: false };
    const election = startLeaderElection({
      leases: timed,
      identity: `candidate-${index}`,
      onLead() {
        if (entry.isLeading) throw new Error("told to lead twice");
        entry.isLeading = true;
      },
      async onFollow() {
        if (!entry.isLeading) throw new Error("told to follow twice");
        entry.isLeading = false;
      },
      clock,
      random: () => random,
      log,
    });
    running[index] = Object.assign(entry, { election });
  }

  for (let now = 0; now < TROUBLE_MS + CALM_MS; now += STEP_MS) {
    for (const [index, candidate] of plans.entries()) {
      const isDue = (at: number | null): boolean => at !== null && at >= now && at < now + STEP_MS;
      if (isDue(candidate.startsAt)) start(index, candidate);
      if (isDue(candidate.stopsAt)) void running[index]?.election.stop();
    }
    clock.advance(STEP_MS);
    await new Promise(setImmediate);
    const holders = running.filter((candidate) => candidate?.election.isHeld());
    if (holders.length > 1) throw new Error(`${holders.length} may act at ${now} ms`);
    if (holders.some((holder) => !holder?.isLeading))
      throw new Error("one may act that was not told to lead");
  }
  const held = running.map((candidate) => candidate?.election.isHeld() ?? false);
  await Promise.all(running.map((candidate) => candidate?.election.stop()));
  return held;
}

t.test("never do two act at a time, whatever becomes of their requests; in calm, one does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 2, maxLength: 4 }), async (plans) => {
      const held = await simulate(plans);
      const isAnyLeft = plans.some(({ stopsAt }) => stopsAt === null);
      const isAnyHeld = held.includes(true);
      if (isAnyLeft !== isAnyHeld) throw new Error(`held in the end: ${held}`);
      if (plans.some(({ stopsAt }, index) => stopsAt !== null && held[index])) {
        throw new Error("one that was stopped still holds the Lease");
      }
    }),
    { numRuns: Math.ceil(numRuns / 5) },
  );
});
