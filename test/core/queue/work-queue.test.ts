import t from "tap";
import {
  createWorkQueue,
  type WorkQueueOptions,
  type WorkResult,
} from "../../../src/core/queue/work-queue.ts";
import { fakeClock } from "../../builders/fake-clock.ts";

/** A queue whose work a test ends by hand. */
function setUp(parts: Partial<WorkQueueOptions> = {}) {
  const clock = fakeClock();
  const begun: string[] = [];
  const ends = new Map<string, (result: WorkResult) => void>();
  const queue = createWorkQueue({
    work: (key) => {
      begun.push(key);
      return new Promise((resolve) => ends.set(key, resolve));
    },
    concurrency: 2,
    firstDelay: 100,
    maxDelay: 1_000,
    clock,
    random: () => 1,
    ...parts,
  });
  const end = async (key: string, result: WorkResult): Promise<void> => {
    ends.get(key)?.(result);
    await new Promise(setImmediate);
  };
  return { clock, begun, queue, end };
}

t.test("a key that waits is in the queue once", async (t) => {
  const { begun, queue, end } = setUp({ concurrency: 1 });
  for (const key of ["a", "b", "b", "b"]) queue.add(key);
  await end("a", "done");
  await end("b", "done");
  await queue.idle();
  t.same(begun, ["a", "b"]);
});

t.test("no more keys are worked on at a time than allowed", async (t) => {
  const { begun, queue, end } = setUp({ concurrency: 2 });
  for (const key of ["a", "b", "c"]) queue.add(key);
  t.same(begun, ["a", "b"]);
  await end("a", "done");
  t.same(begun, ["a", "b", "c"]);
});

t.test("a key is never worked on twice at a time, but once more if it was added meanwhile", async (t) => {
  const { begun, queue, end } = setUp();
  queue.add("a");
  queue.add("a");
  queue.add("a");
  t.same(begun, ["a"]);
  await end("a", "done");
  t.same(begun, ["a", "a"]);
  await end("a", "done");
  t.same(begun, ["a", "a"]);
});

t.test("a failing key comes back later and later, up to the limit, and delays no other", async (t) => {
  const { clock, begun, queue, end } = setUp();
  queue.add("bad");
  for (const delay of [100, 200, 400, 800, 1_000, 1_000]) {
    await end("bad", "retry");
    const before = begun.length;
    clock.advance(delay - 1);
    t.equal(begun.length, before, `not before ${delay} ms`);
    clock.advance(1);
    t.equal(begun.length, before + 1, `after ${delay} ms`);
  }
  await end("bad", "retry");
  queue.add("good");
  t.equal(begun.at(-1), "good");
});

t.test("success forgets the failures", async (t) => {
  const { clock, begun, queue, end } = setUp();
  queue.add("a");
  await end("a", "retry");
  clock.advance(100);
  await end("a", "done");
  queue.add("a");
  await end("a", "retry");
  clock.advance(100);
  t.equal(begun.length, 4);
});

t.test("adding a key that waits out a delay works on it at once, and once", async (t) => {
  const { clock, begun, queue, end } = setUp();
  queue.add("a");
  await end("a", "retry");
  queue.add("a");
  t.equal(begun.length, 2);
  await end("a", "done");
  clock.advance(10_000);
  t.equal(begun.length, 2);
});

t.test("a rejection counts as a failure", async (t) => {
  let count = 0;
  const { clock, queue } = setUp({
    work: async () => {
      count += 1;
      if (count === 1) throw new Error("no");
      return "done";
    },
  });
  queue.add("a");
  await queue.idle();
  clock.advance(100);
  await queue.idle();
  t.equal(count, 2);
  t.equal(clock.pending, 0);
});

t.test("delays are spread over their second half", async (t) => {
  const { clock, begun, queue, end } = setUp({ random: () => 0 });
  queue.add("a");
  await end("a", "retry");
  clock.advance(49);
  t.equal(begun.length, 1);
  clock.advance(1);
  t.equal(begun.length, 2);
});

t.test("a stopped queue ends what had begun and begins nothing more", async (t) => {
  const { clock, begun, queue, end } = setUp({ concurrency: 1 });
  queue.add("a");
  queue.add("b");
  let hasStopped = false;
  const stopped = queue.stop().then(() => {
    hasStopped = true;
  });
  await new Promise(setImmediate);
  t.notOk(hasStopped, "a is still being worked on");
  await end("a", "retry");
  await stopped;
  queue.add("c");
  clock.advance(10_000);
  t.same(begun, ["a"]);
});
