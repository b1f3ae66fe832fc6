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

t.test("a key for later is worked on as if it had failed just now, and at once if it is added", async (t) => {
  const { clock, begun, queue, end } = setUp();
  queue.later("a");
  await queue.idle();
  clock.advance(99);
  t.same(begun, []);
  clock.advance(1);
  t.same(begun, ["a"]);
  await end("a", "done");
  queue.later("b");
  queue.add("b");
  t.same(begun, ["a", "b"]);
  await end("b", "done");
  clock.advance(10_000);
  t.same(begun, ["a", "b"]);
});

t.test("a key that waits to be worked on is not put off by `later`, nor is one told twice", async (t) => {
  const { clock, begun, queue, end } = setUp({ concurrency: 1 });
  queue.add("a");
  queue.add("b");
  queue.later("b");
  await end("a", "done");
  t.same(begun, ["a", "b"]);
  await end("b", "done");
  queue.later("c");
  queue.later("c");
  clock.advance(10_000);
  await end("c", "done");
  clock.advance(10_000);
  t.same(begun, ["a", "b", "c"]);
  t.equal(clock.pending, 0);
});

t.test("a stopped queue takes nothing for later", async (t) => {
  const { clock, begun, queue } = setUp();
  queue.later("a");
  await queue.stop();
  queue.later("b");
  clock.advance(10_000);
  t.same(begun, []);
  t.equal(clock.pending, 0);
});

t.test("a key rests after its work, whatever it came to, and the others don't wait for it", async (t) => {
  const { clock, begun, queue, end } = setUp({ settle: 500, concurrency: 1 });
  for (const result of ["done", "retry"] as const) {
    begun.length = 0;
    queue.add("a");
    await end("a", result);
    for (let again = 0; again < 3; again++) queue.add("a");
    queue.add("b");
    t.same(begun, ["a", "b"], result);
    await end("b", "done");
    clock.advance(499);
    t.same(begun, ["a", "b"], `${result}: still at rest`);
    clock.advance(1);
    t.same(begun, ["a", "b", "a"], `${result}: once, as soon as it has rested`);
    await end("a", "done");
    clock.advance(500);
  }
});

t.test("a key that was added while it was worked on rests, too", async (t) => {
  const { clock, begun, queue, end } = setUp({ settle: 500 });
  queue.add("a");
  queue.add("a");
  await end("a", "done");
  t.same(begun, ["a"]);
  clock.advance(500);
  t.same(begun, ["a", "a"]);
});

t.test("a queue whose keys all rest is idle", async (t) => {
  const { queue, end } = setUp({ settle: 500 });
  queue.add("a");
  let isIdle = false;
  const idle = queue.idle().then(() => {
    isIdle = true;
  });
  queue.add("a");
  await new Promise(setImmediate);
  t.notOk(isIdle, "a is being worked on");
  await end("a", "done");
  await idle;
  await queue.idle();
  queue.add("b");
  await end("b", "done");
  await queue.idle();
});

t.test("a rejection is told, with its key", async (t) => {
  const told: unknown[] = [];
  const error = new Error("no");
  const { queue } = setUp({
    work: () => Promise.reject(error),
    onError: (reason, key) => told.push([reason, key]),
  });
  queue.add("a");
  await queue.idle();
  t.same(told, [[error, "a"]]);
  await queue.stop();
});

t.test("who asks to be left alone is, and a usual delay that is longer holds as well", async (t) => {
  for (const [random, delay] of [
    [0, 5_000],
    [0.5, 5_625],
  ] as const) {
    const { clock, begun, queue, end } = setUp({ random: () => random });
    queue.add("a");
    await end("a", { retryAfter: 5_000 });
    clock.advance(delay - 1);
    t.equal(begun.length, 1, `not before ${delay} ms`);
    clock.advance(1);
    t.equal(begun.length, 2, `after ${delay} ms`);
    await end("a", { retryAfter: 1 });
    clock.advance(99);
    t.equal(begun.length, 2);
    clock.advance(101);
    t.equal(begun.length, 3);
  }
});
