import t from "tap";
import { RegistryFailure } from "../../../src/adapters/registry/registry-failure.ts";
import { rememberSettled } from "../../../src/adapters/registry/remember-settled.ts";

const silence = new RegistryFailure("no answer");

/** Asks one after the other; each answer is the next one's of the list. */
async function ask(answers: readonly (number | Error)[], times: number): Promise<readonly unknown[]> {
  const memory = rememberSettled<number>((status) => status < 500);
  const left = [...answers];
  const told: unknown[] = [];
  for (let index = 0; index < times; index++) {
    const next = async (): Promise<number> => {
      const answer = left.shift();
      if (typeof answer === "number") return answer;
      throw answer ?? new Error("it is asked once too often");
    };
    told.push(await memory("a", next).catch((error: unknown) => error));
  }
  return told;
}

t.test("what settles is told again, and what is of a moment is asked anew", async (t) => {
  const rows = [
    [[200], [200, 200, 200]],
    [
      [503, 503, 200],
      [503, 503, 200, 200],
    ],
    [
      [silence, 200],
      [silence, 200, 200],
    ],
    [
      [silence, 503, silence, 200],
      [silence, 503, silence, 200, 200],
    ],
    [
      [silence, silence],
      [silence, silence, silence, silence],
    ],
  ] as const;
  for (const [answers, told] of rows) t.same(await ask(answers, told.length), told);
});

t.test("only that nobody answers is held against a server", async (t) => {
  const reason = new Error("given up");
  t.same(await ask([reason, reason, reason, 200], 4), [reason, reason, reason, 200]);
});

t.test("whoever comes meanwhile waits for the same; another key is another matter", async (t) => {
  const memory = rememberSettled<number>(() => true);
  const held = Promise.withResolvers<number>();
  let asked = 0;
  const ask = (): Promise<number> => {
    asked += 1;
    return held.promise;
  };
  const all = Promise.all([memory("a", ask), memory("a", ask), memory("b", ask)]);
  held.resolve(1);
  t.same(await all, [1, 1, 1]);
  t.equal(asked, 2);
});
