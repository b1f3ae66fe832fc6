import t from "tap";
import { oneAtATime } from "../../../src/adapters/files/one-at-a-time.ts";

t.test("what is asked for during a run is done once, after it", async (t) => {
  const steps: string[] = [];
  let runs = 0;
  let finish = (): void => undefined;
  const ask = oneAtATime(async () => {
    const run = ++runs;
    steps.push(`begin ${run}`);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    steps.push(`end ${run}`);
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  ask();
  ask();
  ask();
  await settle();
  t.same(steps, ["begin 1"]);
  finish();
  await settle();
  t.same(steps, ["begin 1", "end 1", "begin 2"]);
  finish();
  await settle();
  t.same(steps, ["begin 1", "end 1", "begin 2", "end 2"]);
  ask();
  t.same(steps.at(-1), "begin 3");
});
