import { spawn } from "node:child_process";
import { once } from "node:events";
import t from "tap";
import { ROOT } from "../../builders/cli.ts";

const MEBIBYTE = 1024 * 1024;
/** Logs 256 MiB in portions, and prints how much of it the process still holds. */
const PROGRAM = `
  import { createLogger } from "./src/adapters/observability/logger.ts";
  import { systemClock } from "./src/adapters/time/system-clock.ts";
  const { log } = createLogger({ level: "debug", clock: systemClock });
  const used = () => (gc(), process.memoryUsage().heapUsed + process.memoryUsage().external);
  const before = used();
  for (let portion = 0; portion < 256; portion++) {
    for (let line = 0; line < 1_024; line++) log.debug({ text: portion + "x".repeat(1_000) }, "review");
    await new Promise(setImmediate);
  }
  process.stdout.write(String(used() - before));
`;

t.test("whoever does not read the log costs lines, and neither memory nor the process", async (t) => {
  const args = ["--expose-gc", "--input-type=module", "--eval", PROGRAM];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  t.teardown(() => child.kill("SIGKILL"));
  const [held] = await Promise.race([
    once(child.stdout, "data").then(([chunk]) => [Number(chunk)]),
    once(child, "exit").then(() => [Number.NaN]),
  ]);
  t.ok((held ?? Number.NaN) < 64 * MEBIBYTE, `${Math.round((held ?? Number.NaN) / MEBIBYTE)} MiB are held`);
});
