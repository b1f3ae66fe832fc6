import t from "tap";
import { sparing } from "../../../src/core/status/sparing.ts";
import { fakeClock } from "../../builders/fake-clock.ts";

t.test("what takes long to make is made seldom, what takes no time always", async (t) => {
  for (const [cost, from] of [
    [0, 0],
    [10, 190],
    [1_000, 19_000],
  ] as const) {
    const clock = fakeClock();
    let made = 0;
    const read = sparing(
      () => {
        clock.advance(cost);
        return ++made;
      },
      1 / 20,
      clock,
    );
    t.equal(read(), 1);
    if (cost > 0) {
      t.equal(read(), 1, `${cost} ms: asked again at once`);
      clock.advance(from - 1);
      t.equal(read(), 1, `${cost} ms: a little too early`);
      clock.advance(1);
    }
    t.equal(read(), 2, `${cost} ms: after ${from} ms`);
  }
});
