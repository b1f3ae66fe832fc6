import t from "tap";
import { setAlarm } from "../../../src/core/refresh/alarm.ts";
import type { Clock } from "../../../src/core/time/clock.ts";
import { fakeClock } from "../../builders/fake-clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An alarm an hour ahead on a clock that can be set, and the minutes in which it rang. */
function setUp() {
  const time = fakeClock();
  let shift = 0;
  const clock: Clock = { now: () => time.now() + shift, after: time.after };
  const rings: number[] = [];
  const stop = setAlarm(clock, HOUR, () => rings.push(time.now() / MINUTE));
  return {
    time,
    rings,
    stop,
    setClock(ms: number) {
      shift += ms;
    },
  };
}

t.test("it rings once, at its moment", async (t) => {
  const { time, rings } = setUp();
  time.advance(HOUR - 1);
  t.same(rings, []);
  time.advance(2 * HOUR);
  t.same(rings, [60]);
  t.equal(time.pending, 0);
});

t.test("a clock that is set forward is noticed within a minute", async (t) => {
  const { time, rings, setClock } = setUp();
  time.advance(10 * MINUTE);
  setClock(2 * HOUR);
  time.advance(MINUTE);
  t.same(rings, [11]);
});

t.test("a clock that is set back makes it no later", async (t) => {
  const { time, rings, setClock } = setUp();
  time.advance(10 * MINUTE);
  setClock(-24 * HOUR);
  time.advance(HOUR);
  t.same(rings, [60]);
});

t.test("one that is stopped does not ring", async (t) => {
  const { time, rings, stop } = setUp();
  time.advance(10 * MINUTE);
  stop();
  time.advance(HOUR);
  t.same([rings, time.pending], [[], 0]);
});

t.test("a moment that has passed rings at once, and one of next year waits by short timers", async (t) => {
  const time = fakeClock();
  let rung = 0;
  setAlarm(time, -HOUR, () => rung++);
  time.advance(0);
  t.equal(rung, 1);
  setAlarm(time, 365 * 24 * HOUR, () => rung++);
  t.equal(time.next, MINUTE, "a timer of over 24 days would be due at once");
});
