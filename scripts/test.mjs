// npm test: installs what is missing and runs the tests, all of them or the files named.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureInstalled, fail, findNode, root, run } from "./lib/toolchain.mjs";

ensureInstalled();
const node = findNode();
const tap = join(root, "node_modules", "tap", "dist", "esm", "run.mjs");

// tap compiles its test class once for the plugins that .taprc chooses; a first run would still use the default ones.
// The mark is inside node_modules, so that a new installation builds again.
const built = join(root, "node_modules", ".cache", "tap-built");
if (!existsSync(built)) {
  if (run(node, [tap, "build"]) !== 0) fail("could not build tap's test class: see its message above.");
  mkdirSync(dirname(built), { recursive: true });
  writeFileSync(built, "");
}
process.exit(run(node, [tap, ...process.argv.slice(2)]));
