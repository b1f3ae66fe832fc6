// Plain JavaScript that Node 20 can run: it brings the machine to the point where TypeScript runs.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root, absolute. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const binaries = join(root, "node_modules", ".bin");
const MINIMUM_NODE_MAJOR = 24; // the first that strips types without a flag or a warning

/** The Node that runs pullcred: the pinned one, or this one where the platform has no pinned package. */
export function findNode() {
  const pinned = join(binaries, "node");
  if (existsSync(pinned)) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= MINIMUM_NODE_MAJOR) return process.execPath;
  fail(
    `no Node ${MINIMUM_NODE_MAJOR} or newer: this is ${process.version}, and no pinned one for ` +
      `${process.platform}-${process.arch} is in node_modules.\n` +
      `Install Node ${MINIMUM_NODE_MAJOR} and run the same command again.`,
  );
}

/** Runs `npm ci` unless node_modules already holds what package-lock.json names. */
export function ensureInstalled() {
  if (isInstalled()) return;
  process.stderr.write("Installing what is missing (npm ci) ...\n");
  const result = spawnSync("npm", ["ci", "--loglevel=error", "--no-progress"], {
    cwd: root,
    stdio: ["ignore", process.stderr, process.stderr],
    shell: process.platform === "win32",
  });
  if (result.status !== 0) fail("could not install the dependencies: see npm's message above.");
}

/** Runs a program with the project's binaries first on PATH and ends as it ends. */
export function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", env: toolEnvironment() });
  if (result.error) fail(`could not run ${command}: ${result.error.message}`);
  return result.status ?? 1;
}

const FORWARDED_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"];

/** Starts a child in whose place this process stands: it hands on the signals that it gets, and ends as the child ends. */
export function standInFor(start) {
  let child;
  // First of all: a signal in between would end this process alone.
  for (const signal of FORWARDED_SIGNALS) process.on(signal, () => child.kill(signal));
  child = start();
  child.on("error", (error) => fail(`could not run ${child.spawnfile}: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    for (const forwarded of FORWARDED_SIGNALS) process.removeAllListeners(forwarded);
    process.kill(process.pid, signal);
  });
  return child;
}

/** The environment in which `node`, `tap`, `biome` and `tsc` are the project's own. */
export function toolEnvironment() {
  return { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ""}` };
}

/** Says what went wrong and ends with the exit code for wrong use. */
export function fail(message) {
  process.stderr.write(`pullcred: ${message}\n`);
  process.exit(2);
}

// npm leaves a copy of the lock file beside what it installed. Packages for other platforms are not in it.
function isInstalled() {
  const wanted = readPackages(join(root, "package-lock.json"));
  const present = readPackages(join(root, "node_modules", ".package-lock.json"));
  return Object.entries(wanted).every(
    ([path, entry]) => path === "" || entry.optional || present[path]?.version === entry.version,
  );
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}
