import fc from "fast-check";
import t from "tap";
import { refreshWorld, type Trouble } from "../builders/refresh-world.ts";
import { numRuns } from "./runs.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const WEEK = 7 * 24 * HOUR;

/** What a Pod that starts at any moment still has of the token. */
const MARGIN_MS = MINUTE;
/** The slowest answer, the longest time without a leader, and the longest that a reading or a retry takes to end. */
const SLOWEST_MS = 20 * SECOND;
const LEADERLESS_MS = 20 * SECOND;
const RECOVERY_MS = 90 * SECOND + MINUTE + SLOWEST_MS + LEADERLESS_MS;

/** A third of the lifetime is left when the renewal is due; what is not needed for the rest may be an outage. */
function longestOutage(lifetime: number): number {
  return lifetime / 3 - RECOVERY_MS - MARGIN_MS;
}

type Turn = {
  readonly calm: number;
  readonly trouble: Exclude<Trouble, null>;
  /** As a part of the longest outage. */
  readonly outage: number;
  readonly latency: number;
  /** When the leader changes, as a part of the calm and the outage together, and how long there is none. */
  readonly change: { readonly at: number; readonly gap: number } | null;
};

const turn: fc.Arbitrary<Turn> = fc.record({
  calm: fc.integer({ min: RECOVERY_MS + MINUTE, max: 3 * HOUR }),
  trouble: fc.constantFrom("error", "hang", "missing", "broken", "expired", "unwritable"),
  outage: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  latency: fc.integer({ min: 0, max: SLOWEST_MS }),
  change: fc.option(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      gap: fc.integer({ min: 0, max: LEADERLESS_MS }),
    }),
  ),
});

/** Numbers in [0, 1) from a seed: Park and Miller's generator. */
function seeded(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Lives through the turns again and again for the given time. Throws where a Pod would find too little. */
async function live(lifetime: number, duration: number, turns: readonly Turn[], seed: number) {
  const world = refreshWorld(lifetime, seeded(seed));
  const look = (): void => {
    const left = (world.standing()?.expiresAt ?? 0) - world.now();
    if (left < MARGIN_MS)
      throw new Error(`after ${world.time.now() / MINUTE} min only ${left / SECOND} s are left`);
  };
  world.lead();
  await world.pass(MINUTE);
  for (let round = 0; world.time.now() < duration; round++) {
    const { calm, trouble, outage, latency, change } = turns[round % turns.length] as Turn;
    const length = Math.floor(outage * longestOutage(lifetime));
    world.slowDown(latency);
    const end = world.time.now() + calm + length;
    const changeAt = change && world.time.now() + Math.floor(change.at * (calm + length));
    const goOn = async (until: number): Promise<void> => {
      if (changeAt !== null && changeAt >= world.time.now() && changeAt < until) {
        await world.pass(changeAt - world.time.now(), look);
        await world.follow();
        await world.pass(Math.min(change?.gap ?? 0, until - world.time.now()), look);
        world.lead();
      }
      await world.pass(until - world.time.now(), look);
    };
    await goOn(end - length);
    world.meet(trouble);
    await goOn(end);
    world.meet(null);
  }
  await world.follow();
  return world;
}

t.test("no Pod ever finds a token expired, whenever the source fails and the leader changes", async (t) => {
  const lifetimes = [20 * MINUTE, HOUR, 12 * HOUR];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...lifetimes),
      fc.array(turn, { minLength: 10, maxLength: 30, size: "max" }),
      fc.nat(),
      async (lifetime, turns, seed) => void (await live(lifetime, 2 * WEEK, turns, seed)),
    ),
    // A run is long, and another one that is shorter would say no more.
    { numRuns: Math.max(5, Math.ceil(numRuns / 1_000)), endOnFailure: true },
  );
  t.pass();
});

t.test("an outage that is longer than what is promised would be found", async (t) => {
  const turns: readonly Turn[] = [{ calm: HOUR, trouble: "error", outage: 3, latency: 0, change: null }];
  await t.rejects(live(HOUR, 2 * WEEK, turns, 1), { message: /only .* s are left/ });
});

t.test("a token of an hour outlives an outage of a quarter of one", async (t) => {
  t.ok(longestOutage(HOUR) >= 15 * MINUTE, `${longestOutage(HOUR) / MINUTE} min`);
});
