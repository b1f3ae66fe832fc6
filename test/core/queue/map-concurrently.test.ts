import t from "tap";
import { mapConcurrently } from "../../../src/core/queue/map-concurrently.ts";

t.test("so many at a time are mapped, and the results keep the order of the items", async (t) => {
  const waiting: (() => void)[] = [];
  let most = 0;
  const mapping = mapConcurrently([5, 4, 3, 2, 1], 2, async (item) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      most = Math.max(most, waiting.length);
    });
    return item * 10;
  });
  while (waiting.length > 0) {
    waiting.pop()?.(); // the last one first
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.same(await mapping, [50, 40, 30, 20, 10]);
  t.equal(most, 2);
});

t.test("a rejection is the whole's, and of nothing nothing comes", async (t) => {
  await t.rejects(
    mapConcurrently([1], 3, () => Promise.reject(new Error("no"))),
    /no/,
  );
  t.same(await mapConcurrently([], 3, async () => 1), []);
});
