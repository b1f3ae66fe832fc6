import t from "tap";
import { verifierWorld } from "../builders/verifier-world.ts";

const HOUR = 3_600;
const A = "a.example.com";
const B = "b.example.com";

t.test("a mapping that goes away is forgotten, and one that comes is tried in its turn", async (t) => {
  const world = verifierWorld({ one: [A], two: [B], three: [B] });
  world.answer(A, "WrongCredentials");
  await world.pass(10);
  world.configure({ three: [B], four: [B] });
  t.match(world.known(), [{ registry: "three" }], "at once");
  t.equal(world.known().length, 1);
  await world.pass(1_200);
  t.same(
    world.tried.filter((entry) => entry.startsWith("one")),
    ["one@7"],
  );
  await world.pass(HOUR);
  t.same(
    world.known().map(({ registry }) => registry),
    ["three", "four"],
  );
  world.answer(A, "Works");
  world.configure({ one: [A], two: [B] });
  t.same(world.known(), [], "what was known before is not told again");
  await world.pass(HOUR);
  t.match(world.known(), [
    { registry: "one", verdict: "Works" },
    { registry: "two", verdict: "Works" },
  ]);
});

t.test(
  "what was learned at other registries is forgotten at once, and the new ones are asked soon",
  async (t) => {
    const world = verifierWorld({ one: [A], two: [A] }, 24 * HOUR);
    await world.pass(10);
    world.answer(B, "WrongCredentials");
    world.configure({ one: [B], two: [`${A}/team/`] });
    t.match(world.known(), [{ registry: "two", verdict: "Works" }]);
    t.equal(world.known().length, 1, "nothing is said of a registry that was not asked");
    await world.pass(6);
    t.same(world.tried, ["one@7", "two@7", "one@15"], "where the same is tried, nothing is");
    t.match(
      world.known().find(({ registry }) => registry === "one"),
      { verdict: "WrongCredentials" },
    );
  },
);

t.test("an alarm of other registries is open until the new ones take the credential", async (t) => {
  const world = verifierWorld({ one: [A] });
  world.answer(A, "WrongCredentials");
  await world.pass(10);
  world.configure({ one: [B] });
  await world.pass(6);
  t.same(
    world.notices.map(({ reason }) => reason),
    ["WrongCredentials", "CredentialWorks"],
  );
  await world.pass(1_200);
  t.same(world.tried, ["one@7", "one@15"], "it is no longer tried as what is wrong");
});

t.test("an alarm ends with its mapping, also where that had changed just before", async (t) => {
  const world = verifierWorld({ one: [A] });
  world.answer(A, "WrongCredentials");
  await world.pass(10);
  const told = world.notices.length;
  t.ok(told > 0, "the alarm is told");
  world.configure({ one: [B] });
  world.configure({});
  world.configure({ one: [B] });
  await world.pass(HOUR);
  t.match(world.known(), [{ registry: "one", verdict: "Works" }]);
  t.equal(world.notices.length, told, "of this one nothing wrong was known, which could be well again");
});

t.test("registries that change while others are tried are asked soon, and those tell nothing", async (t) => {
  const world = verifierWorld({ one: [A] });
  world.answer(A, "hang");
  await world.pass(10);
  world.configure({ one: [B] });
  world.answer(A, "WrongCredentials");
  world.finish();
  await world.pass(1);
  t.same([world.known(), world.notices, world.counted], [[], [], []]);
  await world.pass(5);
  t.match(world.known(), [{ verdict: "Works" }]);
});

t.test("what was learned of another origin is forgotten, even where the new one is missing", async (t) => {
  const world = verifierWorld({ one: [A] }, 24 * HOUR);
  await world.pass(10);
  world.configure({ one: [A] }, "other-creds");
  t.same(world.known(), []);
});
