import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { makeSelfSigned } from "../../src/adapters/tls/self-signed.ts";
import { openTrust } from "../../src/cli/serve/registry-trust.ts";
import { logRecorder } from "../builders/log-recorder.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const [one, two] = await Promise.all(["a", "b"].map((name) => makeSelfSigned([name], Date.now(), DAY_MS)));

t.test("a new CA counts at once, and what is unusable leaves the last good one", async (t) => {
  const file = join(t.testdir({ "ca.crt": one?.ca ?? "" }), "ca.crt");
  const { log, lines } = logRecorder();
  const current = await openTrust(file, log);
  const first = await current();
  t.ok(first);
  t.equal(await current(), first, "the same file is not taken apart again");
  writeFileSync(file, two?.ca ?? "");
  const second = await current();
  t.not(second, first);
  t.same(lines, []);
  writeFileSync(file, "no certificate");
  t.equal(await current(), second);
  rmSync(file);
  t.equal(await current(), second);
  t.match(lines, [
    { msg: "the last good CA of registries stays in force", err: { message: /does not hold certificates/ } },
    { err: { message: /there is no such file/ } },
  ]);
});

t.test("without a file those are trusted whom Node trusts", async (t) => {
  t.equal(await (await openTrust(undefined, logRecorder().log))(), undefined);
});
