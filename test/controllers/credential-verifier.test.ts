import t from "tap";
import { type Answer, EPOCH, PASSWORD, verifierWorld } from "../builders/verifier-world.ts";

const HOUR = 3_600;
const A = "a.example.com";
const B = "b.example.com";

t.test("each mapping is tried soon after the start, and again after the interval", async (t) => {
  const world = verifierWorld({ one: [A], two: [B] });
  t.same(world.tried, [], "not at once");
  await world.pass(10);
  t.same(world.tried, ["one@7", "two@7"]);
  t.same(world.known(), [
    { registry: "one", verdict: "Works", concludedAt: EPOCH + 7_500 },
    { registry: "two", verdict: "Works", concludedAt: EPOCH + 7_500 },
  ]);
  await world.pass(2 * HOUR);
  t.same(
    world.tried.slice(2),
    ["one@3427", "two@3427", "one@6847", "two@6847"],
    "an hour, less up to a tenth of it",
  );
  t.same(new Set(world.counted), new Set(["one Works", "two Works"]));
  t.same(world.notices, [], "what works is no news");
  const logged = world.lines.filter(({ level }) => level === 30);
  t.match(logged, [
    { registry: "one", verdict: "Works", host: A, msg: "credential verified" },
    { registry: "two", verdict: "Works", host: B },
  ]);
  t.equal(logged.length, 2, "it is logged once");
});

t.test("an interval that no timer of the runtime could wait for is waited for", async (t) => {
  const world = verifierWorld({ one: [A] }, 1_000 * HOUR);
  await world.pass(951 * HOUR);
  t.equal(world.tried.length, 2);
});

t.test("a credential that becomes wrong is told once, and that it works again as well", async (t) => {
  const world = verifierWorld({ one: [A] });
  await world.pass(10);
  world.answer(A, "WrongCredentials");
  await world.pass(2 * HOUR);
  t.match(world.known(), [{ registry: "one", verdict: "WrongCredentials" }]);
  t.same(world.notices, [
    {
      type: "Warning",
      reason: "WrongCredentials",
      mapping: "one",
      note:
        `The credential of key.example.com is wrong: ${A} says WrongCredentials. ` +
        "No image can be pulled with it: replace it.",
    },
  ]);
  t.match(
    world.lines.filter(({ level }) => level === 40),
    [{ registry: "one", verdict: "WrongCredentials", host: A, detail: `${A} says WrongCredentials` }],
  );
  world.answer(A, "Works");
  await world.pass(2 * HOUR);
  t.match(world.known(), [{ registry: "one", verdict: "Works" }]);
  t.same(world.notices.slice(1), [
    {
      type: "Normal",
      reason: "CredentialWorks",
      mapping: "one",
      note: `The credential works again: ${A} says Works.`,
    },
  ]);
});

t.test(
  "a wrong credential is tried each quarter of an hour, whether the interval is shorter or longer",
  async (t) => {
    for (const interval of [60, 24 * HOUR]) {
      const world = verifierWorld({ one: [A] }, interval);
      world.answer(A, "WrongCredentials");
      await world.pass(3_000);
      t.same(world.tried, ["one@7", "one@1020", "one@2032"], `${interval} s`);
      world.answer(A, "Works");
      await world.pass(1_020);
      t.match(world.known(), [{ verdict: "Works" }], `${interval} s`);
    }
  },
);

t.test("a new credential is tried in some seconds, also where the former one was wrong", async (t) => {
  const world = verifierWorld({ one: [A], two: [B] });
  world.answer(A, "WrongCredentials");
  await world.pass(10);
  world.rotate("one", "new");
  await world.pass(3);
  world.rotate("one", "newer");
  await world.pass(3);
  t.equal(world.tried.length, 2, "it waits until nothing changes any more");
  await world.pass(3);
  t.same(world.tried.slice(2), ["one@18"]);
  t.same(
    world.notices.map(({ reason }) => reason),
    ["WrongCredentials", "WrongCredentials"],
    "that the new one is wrong, too, is news",
  );
  world.answer(A, "Works");
  world.rotate("one", "right");
  await world.pass(6);
  t.match(world.notices.slice(2), [{ reason: "CredentialWorks" }]);
});

t.test("what tells nothing of a credential is no alarm, and ends none", async (t) => {
  const rows: readonly (readonly [
    what: string,
    answers: readonly Answer[],
    verdict: string,
    told: number,
  ])[] = [
    ["a registry that was never reached", ["Inconclusive", "Inconclusive"], "Inconclusive", 0],
    ["one that goes away", ["Works", "Inconclusive"], "Works", 0],
    ["one that goes away after it refused", ["WrongCredentials", "Inconclusive"], "WrongCredentials", 1],
    ["one that refuses when it comes back", ["Inconclusive", "WrongCredentials"], "WrongCredentials", 1],
    ["a mistake of ours", ["Works", "throw"], "Works", 0],
  ];
  for (const [what, answers, verdict, told] of rows) {
    const world = verifierWorld({ one: [A] }, 20 * 60);
    for (const answer of answers) {
      world.answer(A, answer);
      await world.pass(20 * 60);
    }
    t.match(world.known(), [{ verdict }], what);
    t.equal(world.notices.length, told, what);
  }
});

t.test("the time of the last conclusive answer stays where a later one tells nothing", async (t) => {
  const world = verifierWorld({ one: [A] });
  await world.pass(10);
  world.answer(A, "Inconclusive");
  await world.pass(HOUR);
  t.same(world.known(), [{ registry: "one", verdict: "Works", concludedAt: EPOCH + 7_500 }]);
  t.same(world.counted, ["one Works", "one Inconclusive"]);
  t.match(
    world.lines.filter(({ level, verdict }) => level === 30 && verdict === "Inconclusive"),
    [{ detail: `${A} says Inconclusive` }],
    "why nothing was learned is logged",
  );
});

t.test("what was learned of a former credential says nothing of the new one", async (t) => {
  for (const first of ["WrongCredentials", "Works"] as const) {
    const world = verifierWorld({ one: [A] });
    world.answer(A, first);
    await world.pass(10);
    world.answer(A, "Inconclusive");
    world.rotate("one", "new");
    await world.pass(6);
    t.same(world.known(), [{ registry: "one", verdict: "Inconclusive", concludedAt: undefined }], first);
  }
});

t.test("one registry that refuses the credential counts, wherever else it works", async (t) => {
  const world = verifierWorld({ one: [A, B] });
  world.answer(B, "WrongCredentials");
  await world.pass(10);
  t.match(world.known(), [{ verdict: "WrongCredentials" }]);
  world.answer(B, "Inconclusive");
  await world.pass(1_020);
  t.same(world.counted, ["one WrongCredentials", "one Works"]);
  t.match(world.known(), [{ verdict: "WrongCredentials" }], "that it is away now makes it no better");
  t.equal(world.notices.length, 1);
  world.answer(B, "Works");
  await world.pass(1_020);
  t.match(world.known(), [{ verdict: "Works" }]);
  t.match(world.notices.slice(1), [{ reason: "CredentialWorks" }]);
});

t.test("a mapping without a credential is known as such, and told by others", async (t) => {
  const world = verifierWorld({ one: [A] });
  world.rotate("one", undefined);
  await world.pass(10);
  t.same(world.known(), [{ registry: "one", verdict: "NoCredential", concludedAt: undefined }]);
  t.same(world.notices, []);
  world.rotate("one", PASSWORD);
  await world.pass(10);
  t.match(world.known(), [{ verdict: "Works" }]);
});

t.test("a credential that changes while it is tried is judged by the new one only", async (t) => {
  const world = verifierWorld({ one: [A] });
  world.answer(A, "hang");
  await world.pass(10);
  world.rotate("one", "new");
  world.answer(A, "WrongCredentials");
  world.finish();
  await world.pass(1);
  t.same([world.known(), world.notices, world.counted], [[], [], []]);
  world.answer(A, "Works");
  await world.pass(5);
  t.match(world.known(), [{ verdict: "Works" }]);
});

t.test("no mapping is tried twice at a time, and few are side by side", async (t) => {
  const names = Array.from({ length: 9 }, (_, index) => `m${index}`);
  const world = verifierWorld(Object.fromEntries(names.map((name) => [name, [A]])), 60);
  world.answer(A, "hang");
  await world.pass(600);
  world.rotate("m0", "new");
  await world.pass(600);
  t.equal(world.most(), 4);
  t.equal(world.tried.length, 4, "nothing is tried anew while it hangs");
  world.answer(A, "Works");
  world.finish();
  await world.pass(1);
  t.equal(world.known().length, 9);
});

t.test("who no longer leads gives up at once, tells nothing, and tries nothing again", async (t) => {
  const world = verifierWorld({ one: [A], two: [B] });
  world.answer(A, "hang");
  await world.pass(10);
  t.equal(world.tried.length, 2);
  world.rotate("two", "new");
  await world.verifier.stop();
  t.ok(world.isGivenUp());
  t.equal(world.clock.pending, 0, "no timer is left");
  world.verifier.credentialsChanged("two");
  await world.pass(2 * HOUR);
  t.equal(world.tried.length, 2);
  t.same(world.counted, ["two Works"]);
  t.same(
    world.lines.filter(({ level }) => Number(level) >= 40),
    [],
  );
});

t.test("no credential is in a line, an Event or a metric", async (t) => {
  const world = verifierWorld({ one: [A] });
  world.answer(A, "WrongCredentials");
  await world.pass(10);
  world.answer(A, "throw");
  await world.pass(2 * HOUR);
  const said = JSON.stringify([world.lines, world.notices, world.counted, world.known()]);
  t.notMatch(said, PASSWORD);
  t.notMatch(said, Buffer.from(`robot:${PASSWORD}`).toString("base64"));
  t.match(world.lines, [{}, { err: { message: "a mistake of ours" } }]);
});
