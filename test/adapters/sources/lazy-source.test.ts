import t from "tap";
import { lazySource } from "../../../src/adapters/sources/lazy-source.ts";
import type { CredentialSource, SourceResult } from "../../../src/core/credential/source.ts";

const MISSING: SourceResult = { kind: "missing", message: "none" };

/** A source that is loaded when the test says so, and what became of it. */
function setUp() {
  const { promise, resolve, reject } = Promise.withResolvers<CredentialSource>();
  const seen: string[] = [];
  let notify: () => void = () => undefined;
  const source = lazySource(() => {
    seen.push("load");
    return promise;
  });
  const loaded: CredentialSource = {
    read: async () => MISSING,
    watch(onChange) {
      seen.push("watch");
      notify = onChange;
      return () => seen.push("unwatch");
    },
  };
  const finish = async (): Promise<void> => {
    resolve(loaded);
    await new Promise(setImmediate);
  };
  return { source, seen, finish, fail: reject, notify: () => notify() };
}

t.test("the code is loaded once, and not before it is needed", async (t) => {
  const { source, seen, finish } = setUp();
  t.same(seen, []);
  const readings = [source.read(), source.read()];
  await finish();
  t.same(await Promise.all(readings), [MISSING, MISSING]);
  t.same(seen, ["load"]);
});

t.test("changes are told as soon as it is there", async (t) => {
  const { source, seen, finish, notify } = setUp();
  let changes = 0;
  const stop = source.watch(() => changes++);
  await finish();
  notify();
  stop();
  t.same([changes, seen], [1, ["load", "watch", "unwatch"]]);
});

t.test("who stops before it is there is never told", async (t) => {
  const { source, seen, finish } = setUp();
  source.watch(() => undefined)();
  await finish();
  t.same(seen, ["load"]);
});

t.test("code that cannot be loaded is told by the reading", async (t) => {
  const { source, fail } = setUp();
  source.watch(() => undefined);
  fail(new Error("no such module"));
  await t.rejects(source.read(), { message: "no such module" });
});
