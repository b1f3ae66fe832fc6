import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { watchFile } from "../../../src/adapters/files/watch-file.ts";
import { tokenFile } from "../../../src/adapters/sources/token-file.ts";
import { eventually } from "../../builders/eventually.ts";

t.test("a token is read anew each time; an absent or empty file has none", async (t) => {
  const path = join(t.testdir({}), "token");
  const file = tokenFile(path);
  t.equal(await file.read(), null);
  writeFileSync(path, "\n");
  t.equal(await file.read(), null);
  writeFileSync(path, "one\n");
  t.equal((await file.read())?.reveal(), "one");
  writeFileSync(path, "two");
  t.equal((await file.read())?.reveal(), "two");
  await t.rejects(tokenFile(t.testdirName).read(), { code: "EISDIR" });
  await t.rejects(file.read(AbortSignal.abort()), { name: "AbortError" });
});

t.test("a token that appears is told, one that is renewed is not", async (t) => {
  const path = join(t.testdir({ token: "one" }), "token");
  const file = tokenFile(path);
  let told = 0;
  t.teardown(
    file.watch(() => {
      told += 1;
    }),
  );
  await file.read();
  // What anybody who follows the file has noticed, the watch above has noticed, too: it began earlier.
  let noticed = 0;
  t.teardown(
    watchFile(path, () => {
      noticed += 1;
    }),
  );
  await eventually("the renewals are noticed", () => {
    writeFileSync(path, `renewed ${Math.random()}`);
    return noticed > 2 ? true : undefined;
  });
  t.equal(told, 0);
  rmSync(path);
  t.equal(await file.read(), null);
  await eventually("the new token is told", () => {
    writeFileSync(path, `again ${Math.random()}`);
    return told > 0 ? true : undefined;
  });
});
