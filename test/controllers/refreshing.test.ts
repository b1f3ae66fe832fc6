import t from "tap";
import { refreshWorld } from "../builders/refresh-world.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A world in which a leader has just written the first token of an hour. */
async function begun(lifetime = HOUR) {
  const world = refreshWorld(lifetime);
  world.lead();
  await world.pass(2 * SECOND);
  return world;
}

function annotationsOf(world: Awaited<ReturnType<typeof begun>>): Readonly<Record<string, string>> {
  return world.secrets.peek("pullcred", "cloud-pull")?.metadata.annotations ?? {};
}

t.test("the origin says how long its token is good, and when it is renewed", async (t) => {
  const world = await begun();
  t.match(annotationsOf(world), {
    "pullcred.dev/expires": "2026-01-01T01:00:00.000Z",
    "pullcred.dev/renew": "2026-01-01T00:35:00.000Z",
    "pullcred.dev/source": /^[0-9a-f]{16}$/,
  });
  t.same([...world.expiries()], [["cloud", Date.UTC(2026, 0, 1, 1)]]);
  t.same(world.results, ["CredentialRefreshed"]);
});

t.test("a token is renewed when that is due, and not before", async (t) => {
  const world = await begun();
  await world.pass(34 * MINUTE);
  t.equal(world.standing()?.token, 1);
  await world.pass(MINUTE);
  t.equal(world.standing()?.token, 2);
  await world.pass(24 * HOUR);
  t.equal(world.issued(), 43, "25 h of tokens that are renewed every 35 min");
  t.same(world.notices, [], "nothing to tell");
});

t.test(
  "a new leader asks for nothing that stands, and renews it as the former one had planned",
  async (t) => {
    const world = await begun();
    for (let change = 0; change < 20; change++) {
      await world.follow();
      world.lead();
      await world.pass(MINUTE);
    }
    t.equal(world.asked(), 1);
    t.same([...world.expiries()], [["cloud", Date.UTC(2026, 0, 1, 1)]], "it knows when that expires");
    await world.pass(15 * MINUTE);
    t.equal(world.standing()?.token, 2);
  },
);

t.test("a new leader that comes after the renewal was due renews at once", async (t) => {
  const world = await begun();
  await world.follow();
  await world.pass(50 * MINUTE);
  world.lead();
  await world.pass(2 * SECOND);
  t.equal(world.standing()?.token, 2);
});

t.test("what stands is asked for again where it is not known whether it is this source's", async (t) => {
  const rows: readonly (readonly [string, (world: Awaited<ReturnType<typeof begun>>) => void])[] = [
    ["another source", (world) => world.configure({ credentials: { exec: { command: "other" } } })],
    ["other patterns", (world) => world.configure({ matchImages: ["other.example.com"] })],
    [
      "annotations that somebody took off",
      (world) => {
        const origin = world.secrets.peek("pullcred", "cloud-pull");
        if (origin === undefined) return;
        const { annotations: _, ...metadata } = origin.metadata;
        world.secrets.load("pullcred", "cloud-pull", { ...origin, metadata });
      },
    ],
  ];
  for (const [name, change] of rows) {
    const world = await begun();
    await world.follow();
    change(world);
    world.lead();
    await world.pass(2 * SECOND);
    t.equal(world.standing()?.token, 2, name);
  }
});

t.test("an origin that is deleted comes back with another token", async (t) => {
  const world = await begun();
  world.secrets.load("pullcred", "cloud-pull", undefined);
  await world.pass(2 * SECOND);
  t.equal(world.standing()?.token, 2);
});

t.test("whatever goes wrong, what stands stays, and the source is asked again and again", async (t) => {
  const rows = [
    ["error", "RefreshFailed", /the cloud is away/],
    ["hang", "RefreshFailed", /did not answer within 90 s/],
    ["missing", "CredentialMissing", /the role is gone/],
    ["broken", "CredentialRefused", /is not JSON/],
    ["expired", "CredentialRefused", /it had expired at .* set this machine's clock/],
    ["unwritable", "RefreshFailed", /Secret cloud-pull in namespace pullcred could not be written/],
  ] as const;
  for (const [trouble, reason, problem] of rows) {
    const world = await begun();
    world.meet(trouble);
    await world.pass(50 * MINUTE);
    t.equal(world.standing()?.token, 1, trouble);
    t.match(world.notices, [{ type: "Warning", reason, mapping: "cloud", note: problem }], trouble);
    t.match(world.notices[0]?.note, /which is good until 2026-01-01T01:00:00\.000Z/, trouble);
    t.equal(world.notices.length, 1, `${trouble}: told once`);
    t.ok(world.results.length > 6, `${trouble}: ${world.results.length} refreshes are counted`);
    world.meet(null);
    await world.pass(3 * MINUTE);
    t.ok((world.standing()?.token ?? 0) > 1, `${trouble}: renewed`);
    t.match(world.notices[1], { type: "Normal", reason: "CredentialRefreshed" }, trouble);
  }
});

t.test("a token that expires unrenewed is told, and stays: nobody has a better one", async (t) => {
  const world = await begun();
  world.meet("error");
  await world.pass(2 * HOUR);
  t.same(
    world.notices.map(({ reason }) => reason),
    ["RefreshFailed", "CredentialExpired"],
  );
  t.match(world.notices[1], {
    type: "Warning",
    note: /expired at 2026-01-01T01:00:00\.000Z.*copies keep it/s,
  });
  t.equal(world.standing()?.token, 1);
  await world.follow();
  world.lead();
  await world.pass(2 * SECOND);
  t.match(world.notices.at(-1), { reason: "CredentialExpired" }, "a new leader tells it, too");
});

t.test("a clock that jumps, and is put right some hours later, makes no renewal late", async (t) => {
  for (const jump of [3 * HOUR, -24 * HOUR]) {
    const world = await begun(24 * HOUR);
    const lefts: number[] = [];
    const look = (): void => void lefts.push((world.standing()?.expiresAt ?? 0) - world.now());
    await world.pass(HOUR, look);
    world.setClock(jump);
    await world.pass(16 * HOUR, look);
    t.ok((world.standing()?.token ?? 0) > 1, "renewed while the clock was wrong");
    world.setClock(-jump);
    await world.pass(48 * HOUR, look);
    t.ok(Math.min(...lefts) > 7 * HOUR, `${Math.min(...lefts) / HOUR} h are left at least`);
  }
});

t.test("short lifetimes are renewed in time, and ones that are too short are refused", async (t) => {
  const world = await begun(MINUTE);
  await world.pass(HOUR, () => t.ok((world.standing()?.expiresAt ?? 0) > world.now() + 20 * SECOND));
  t.same(world.notices, []);
  const hasty = await begun(20 * SECOND);
  t.equal(hasty.standing(), undefined);
  t.match(hasty.notices, [{ reason: "CredentialRefused", note: /is good for 20 s only/ }]);
});

t.test(
  "a metadata server that keeps its token until shortly before its end leaves time to pull",
  async (t) => {
    for (const random of [0, 0.5, 0.999]) {
      const world = refreshWorld(HOUR, () => random);
      world.keepTokens(5 * MINUTE); // as Google's does
      world.lead();
      await world.pass(2 * SECOND);
      const lefts: number[] = [];
      await world.pass(
        7 * 24 * HOUR,
        () => void lefts.push((world.standing()?.expiresAt ?? 0) - world.now()),
      );
      t.ok(Math.min(...lefts) >= 90 * SECOND, `${Math.min(...lefts) / SECOND} s are left at least`);
      t.ok(world.issued() >= 168, "and each token is followed by the next one");
      t.same(world.notices, [], "nothing to tell");
    }
  },
);

t.test("no token reaches the log, an Event or a metric", async (t) => {
  const world = await begun();
  world.meet("error");
  await world.pass(2 * HOUR);
  t.notMatch(JSON.stringify([world.lines, world.notices, world.results]), /expiresAt|eyJ/);
});

t.test("why a refresh was none is told to whoever observes, until one succeeds", async (t) => {
  const rows = [
    ["error", "the cloud is away"],
    ["missing", "the role is gone"],
    ["broken", "is not JSON"],
    ["unwritable", "Secret cloud-pull in namespace pullcred could not be written: see pullcred's log"],
  ] as const;
  const world = await begun();
  for (const [trouble, problem] of rows) {
    t.equal(world.problem(), undefined, `before ${trouble}`);
    world.meet(trouble);
    await world.pass(36 * MINUTE);
    t.match(world.problem(), problem, trouble);
    world.meet(null);
    await world.pass(2 * MINUTE);
  }
  t.equal(world.problem(), undefined);
});
