import t from "tap";
import { createOwnerTrials } from "../../../src/core/repair/owner-trials.ts";

const MINUTE = 60_000;
const PULL = ["harbor-pull"];
const SHOP = { kind: "ReplicaSet", name: "shop", uid: "shop" };
const BLOG = { kind: "ReplicaSet", name: "blog", uid: "blog" };

t.test("an owner loses no second Pod before the one in the place of the first has come", async (t) => {
  const trials = createOwnerTrials();
  t.equal(trials.dueAt(SHOP), 0);
  t.equal(trials.awaited(SHOP), undefined);
  trials.evicting(SHOP, PULL, 0);
  t.same(trials.awaited(SHOP), PULL);
  t.equal(trials.dueAt(SHOP), 10 * MINUTE, "or never comes");
  t.equal(trials.dueAt(BLOG), 0, "others may");
  trials.replaced(SHOP, false, 5);
  t.equal(trials.awaited(SHOP), undefined);
  t.equal(trials.dueAt(SHOP), 0);
});

t.test("an owner whose next Pod lacks its secrets as well rests, each time for longer", async (t) => {
  const trials = createOwnerTrials();
  const rests: number[] = [];
  let now = 0;
  for (let round = 0; round < 5; round++) {
    trials.evicting(SHOP, PULL, now);
    trials.replaced(SHOP, true, now);
    rests.push((trials.dueAt(SHOP) - now) / MINUTE);
    now = trials.dueAt(SHOP);
  }
  t.same(rests, [10, 20, 40, 60, 60]);
  trials.evicting(SHOP, PULL, now);
  trials.replaced(SHOP, false, now);
  trials.evicting(SHOP, PULL, now);
  trials.replaced(SHOP, true, now);
  t.equal(trials.dueAt(SHOP) - now, 10 * MINUTE, "one that was made right is a new beginning");
});

t.test("in any hour an owner loses three Pods at most in vain", async (t) => {
  const trials = createOwnerTrials();
  const times: number[] = [];
  for (let now = 0; now < 24 * 60 * MINUTE; now = trials.dueAt(SHOP)) {
    trials.evicting(SHOP, PULL, now);
    trials.replaced(SHOP, true, now);
    times.push(now);
  }
  const most = times.map((from) => times.filter((at) => at >= from && at < from + 60 * MINUTE).length);
  t.equal(Math.max(...most), 3);
});

t.test(
  "everybody goes slower while what comes is not better, and at the usual pace once it is",
  async (t) => {
    const trials = createOwnerTrials();
    const paces = [trials.pace()];
    for (let index = 0; index < 12; index++) {
      const owner = { ...SHOP, uid: `owner-${index}` };
      trials.evicting(owner, PULL, 0);
      trials.replaced(owner, true, 0);
      paces.push(trials.pace());
    }
    t.same(
      paces.map((ms) => ms / 1_000),
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600],
    );
    trials.evicting(BLOG, PULL, 0);
    trials.replaced(BLOG, false, 0);
    t.equal(trials.pace(), 1_000);
  },
);

t.test("an eviction that did not come about counts for nothing", async (t) => {
  const trials = createOwnerTrials();
  trials.evicting(BLOG, PULL, 0);
  trials.spared(BLOG);
  t.equal(trials.awaited(BLOG), undefined);
  t.equal(trials.dueAt(BLOG), 0);
  trials.spared(SHOP);
  t.equal(trials.dueAt(SHOP), 0);
});

t.test("of very many owners the one that lost no Pod for the longest time is forgotten", async (t) => {
  const trials = createOwnerTrials();
  trials.evicting(SHOP, PULL, 0);
  trials.evicting(BLOG, PULL, 0);
  trials.evicting(SHOP, PULL, 0);
  for (let index = 0; index < 4_999; index++) trials.evicting({ ...SHOP, uid: `owner-${index}` }, PULL, 0);
  t.equal(trials.awaited(BLOG), undefined);
  t.same(trials.awaited(SHOP), PULL);
  trials.replaced(BLOG, true, 0);
  t.equal(trials.pace(), 1_000, "what comes of it tells nothing any more");
});
