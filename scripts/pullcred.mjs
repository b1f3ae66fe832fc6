#!/usr/bin/env node
// The command: installs what is missing, then runs src/main.ts in this process where this Node can, else in the pinned one.
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { ensureInstalled, findNode, root, run } from "./lib/toolchain.mjs";

// Only a look at one file: an offline command has to answer in well under half a second.
if (!existsSync(join(root, "node_modules", "fastify"))) ensureInstalled();

const main = join(root, "src", "main.ts");
const node = findNode();
if (Number.parseInt(process.versions.node, 10) >= 24) {
  enableCompileCache?.(join(root, "node_modules", ".cache", "compile"));
  process.argv[1] = main;
  await import("../src/main.ts");
} else {
  process.exit(run(node, [main, ...process.argv.slice(2)]));
}
