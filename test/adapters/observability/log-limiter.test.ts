import t from "tap";
import {
  createLogLimiter,
  LINES_PER_WINDOW,
  WINDOW_MS,
} from "../../../src/adapters/observability/log-limiter.ts";
import { fakeClock } from "../../builders/fake-clock.ts";

const INFO = 30;
const WARN = 40;

function setUp() {
  const clock = fakeClock();
  const told: (readonly [number, string, number])[] = [];
  const limiter = createLogLimiter({ clock, onLeftOut: (...line) => told.push(line) });
  const write = (lines: number, message: string, level = WARN): number =>
    Array.from({ length: lines }, () => limiter.admits(level, message)).filter(Boolean).length;
  return { clock, told, limiter, write };
}

t.test("as many as nobody can read are written, and the rest is counted when the window ends", async (t) => {
  const { clock, told, write } = setUp();
  t.equal(write(10_000, "review refused"), LINES_PER_WINDOW);
  t.same(told, []);
  clock.advance(WINDOW_MS);
  t.same(told, [[WARN, "review refused", 10_000 - LINES_PER_WINDOW]]);
  t.equal(write(10, "review refused"), 10, "then they are written again");
  clock.advance(WINDOW_MS);
  t.equal(told.length, 1, "where nothing was left out, nothing is told");
  t.equal(clock.pending, 0, "and nothing goes on in a silent process");
});

t.test("a flood of one message takes nothing from another, nor from the same on another level", async (t) => {
  const { write } = setUp();
  write(10_000, "review refused");
  t.equal(write(3, "leading", INFO), 3);
  t.equal(write(3, "review refused", INFO), 3);
});

t.test("the end of the process tells what was left out, once", async (t) => {
  const { clock, told, limiter, write } = setUp();
  write(LINES_PER_WINDOW + 1, "copy", INFO);
  limiter.flush();
  limiter.flush();
  clock.advance(WINDOW_MS);
  t.same(told, [[INFO, "copy", 1]]);
});
