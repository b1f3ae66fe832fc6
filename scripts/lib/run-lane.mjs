// Runs the tests of a folder that need more than npm install brings.
import { join } from "node:path";
import { findNode, root, run } from "./toolchain.mjs";

/**
 * Runs the tests `test/NAME/*.NAME.ts`, or the files named on the command line, and ends as they end.
 *
 * @param {string} name
 * @param {number} timeout how long one file may take, in seconds
 * @param {number} jobs how many files run at a time: more than one where each brings all that it touches
 */
export function runLane(name, timeout, jobs = 1) {
  const script = join(root, "scripts", "test.mjs");
  const include = `--include=test/${name}/*.${name}.ts`;
  process.exit(
    run(findNode(), [script, include, `--jobs=${jobs}`, `--timeout=${timeout}`, ...process.argv.slice(2)]),
  );
}
