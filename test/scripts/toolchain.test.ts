import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import t, { type Test } from "tap";
import { ROOT } from "../builders/cli.ts";

const CONFIG = join(ROOT, "examples", "standalone", "config.yaml");

/** The oldest Node of this machine that is not the project's own; where there is no other, the one that runs this. */
function findOldestNode(): string {
  const foreign = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .filter((file) => existsSync(file))
    .map((file) => ({ file, major: majorOf(file) }))
    .filter(({ major }) => major >= 20) // what the scripts are written for
    .sort((a, b) => a.major - b.major);
  return foreign[0]?.file ?? process.execPath;
}

function majorOf(node: string): number {
  return Number.parseInt(spawnSync(node, ["-p", "process.versions.node"]).stdout?.toString() ?? "", 10) || 0;
}

/** Starts a process that stands in for a child with this program, and waits until the child has told its process id. */
async function startStandIn(t: Test, program: string): Promise<{ standIn: ChildProcess; child: number }> {
  const toolchain = pathToFileURL(join(ROOT, "scripts", "lib", "toolchain.mjs")).href;
  const folder = t.testdir({
    "stand-in.mjs": `
      import { spawn } from "node:child_process";
      import { standInFor } from ${JSON.stringify(toolchain)};
      standInFor(() => spawn(process.execPath, [process.argv[2]], { stdio: "inherit" }));
    `,
    "child.mjs": `${program}\nsetInterval(() => {}, 1_000);\nconsole.log(process.pid);\n`,
  });
  const standIn = spawn(findOldestNode(), [join(folder, "stand-in.mjs"), join(folder, "child.mjs")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: standIn.stdout }), "line");
  const child = Number(line);
  t.teardown(() => {
    standIn.kill("SIGKILL");
    if (isAlive(child)) process.kill(child, "SIGKILL");
  });
  return { standIn, child };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

t.test("the command runs under the oldest Node that there is", async (t) => {
  const script = join(ROOT, "scripts", "pullcred.mjs");
  const child = spawn(findOldestNode(), [script, "lint", "--config", CONFIG, "-o", "json"], {
    cwd: t.testdir({}), // not the project's: a path is relative to where the command is called
  });
  const ended = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  t.equal(stderr, "");
  t.same(JSON.parse(stdout), { issues: [] });
  t.same(await ended, [0, null]);
});

t.test("as a script of npm it takes paths from where npm is called", async (t) => {
  const child = spawn("npm", ["run", "-s", "pullcred", "--", "lint", "--config", "config.yaml"], {
    cwd: join(ROOT, "examples", "standalone"),
  });
  const ended = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  t.equal(stderr, "");
  t.match(stdout, "config.yaml: no issues");
  t.same(await ended, [0, null]);
});

t.test("an exit code comes through", async (t) => {
  const script = join(ROOT, "scripts", "pullcred.mjs");
  const child = spawn(findOldestNode(), [script, "nonsense"], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  t.match(await text(child.stderr), /unknown command 'nonsense'/);
  t.same(await ended, [2, null]);
});

t.test("a signal reaches the child, and the process ends as the child does", async (t) => {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    const { standIn, child } = await startStandIn(t, `process.once("${signal}", () => process.exit(7));`);
    const ended = once(standIn, "exit");
    standIn.kill(signal);
    t.same(await ended, [7, null], signal);
    t.notOk(isAlive(child), signal);
  }
});

t.test("a child that a signal ends ends the process by the same signal", async (t) => {
  const { standIn, child } = await startStandIn(t, "");
  const ended = once(standIn, "exit");
  process.kill(child, "SIGKILL");
  t.same(await ended, [null, "SIGKILL"]);
  const other = await startStandIn(t, "");
  const otherEnded = once(other.standIn, "exit");
  other.standIn.kill("SIGTERM");
  t.same(await otherEnded, [null, "SIGTERM"]);
});
