import t from "tap";
import { createFirstOrigins } from "../../src/cli/serve/first-origins.ts";
import { type Origin, readyOrigin } from "../../src/core/copy/origin.ts";
import { config } from "../builders/config.ts";

const READY = readyOrigin(new Map());
const MISSING: Origin = { kind: "missing", message: "nothing yet" };

/** Mappings of which these are asked for; `arrive` brings the credential of one. */
function setUp(names: readonly string[]) {
  const { mappings } = config([
    { name: "given", matchImages: ["given.example.com"] },
    ...names.map((name) => ({
      name,
      matchImages: [`${name}.example.com`],
      credentials: { configFile: { path: "/config.json" } },
    })),
  ]);
  const there = new Set<string>();
  const first = createFirstOrigins(() => ({ of: (name) => (there.has(name) ? READY : MISSING) }));
  let isReady = false;
  const arrive = (name: string): void => {
    there.add(name);
    first.changed(name);
  };
  return {
    arrive,
    changed: first.changed,
    begin: () =>
      void first.ready(mappings).then(() => {
        isReady = true;
      }),
    isReady: async () => {
      await new Promise(setImmediate);
      return isReady;
    },
  };
}

t.test("nothing is waited for where nothing has to be asked for", async (t) => {
  const { begin, isReady } = setUp([]);
  begin();
  t.ok(await isReady());
});

t.test(
  "every credential that has to be asked for is waited for, also one that was there before",
  async (t) => {
    const { arrive, changed, begin, isReady } = setUp(["a", "b", "c"]);
    arrive("a");
    begin();
    t.notOk(await isReady());
    arrive("b");
    changed("c");
    t.notOk(await isReady(), "a change is no credential yet");
    arrive("c");
    t.ok(await isReady());
  },
);
