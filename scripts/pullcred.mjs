#!/usr/bin/env node
// The command: installs what is missing, then runs src/main.ts in this process where this Node can, else in the pinned one.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module"; // by its default: older Nodes lack enableCompileCache, and would refuse to start
import { join } from "node:path";
import { ensureInstalled, findNode, root, standInFor } from "./lib/toolchain.mjs";

// Only a look at one file: an offline command has to answer in well under half a second.
if (!existsSync(join(root, "node_modules", "fastify"))) ensureInstalled();

// npm runs its scripts in the root of the package, and the paths among the arguments are meant from where one is.
if (process.env.npm_lifecycle_event === "pullcred" && process.env.INIT_CWD)
  process.chdir(process.env.INIT_CWD);

const main = join(root, "src", "main.ts");
const node = findNode();
if (Number.parseInt(process.versions.node, 10) >= 24) {
  module.enableCompileCache?.(join(root, "node_modules", ".cache", "compile"));
  process.argv[1] = main;
  await import("../src/main.ts");
} else {
  standInFor(() => spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" }));
}
