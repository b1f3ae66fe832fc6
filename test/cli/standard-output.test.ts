import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { text } from "node:stream/consumers";
import t from "tap";
import { MAIN, ROOT } from "../builders/cli.ts";

const CONFIG = "examples/config.yaml";

// It takes no byte, as a disk that is full.
t.test("output that cannot be written is a failure with its reason", async (t) => {
  const full = openSync("/dev/full", "w");
  for (const args of [["--help"], ["lint", "--config", CONFIG], ["explain", "--config", CONFIG, "nginx"]]) {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, stdio: ["ignore", full, "pipe"] });
    const exit = once(child, "exit");
    const stderr = await text(child.stderr as NonNullable<typeof child.stderr>);
    const [code] = await exit;
    t.equal(stderr, "pullcred: could not write standard output: no space left on device\n", args.join(" "));
    t.equal(code, 2, args.join(" "));
  }
});

t.test("where standard error cannot be written, the command ends as ever", async (t) => {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [MAIN, "lint", "--config", "none.yaml"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", full],
  });
  t.same(await once(child, "exit"), [2, null]);
});

t.test("a reader who has seen enough is none", async (t) => {
  const child = spawn(process.execPath, [MAIN, "--help"], { cwd: ROOT });
  const exit = once(child, "exit");
  child.stdout.destroy();
  t.equal(await text(child.stderr), "");
  t.same(await exit, [0, null]);
});
