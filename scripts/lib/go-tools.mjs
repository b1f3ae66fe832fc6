// Builds the Go programs that tests run, from a folder that holds a go.mod and a go.sum and nothing else.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fail } from "./toolchain.mjs";

/**
 * The folder with the binaries of a module's packages, which are built first where they are missing. Building needs Go
 * and its module proxy, and takes minutes; the folder's name has the digest of go.sum, so that it is done once per version.
 *
 * @param {object} tools
 * @param {string} tools.name the first part of the folder's name
 * @param {string} tools.module the folder with go.mod and go.sum
 * @param {Record<string, string>} tools.packages by the binary's name
 * @param {string} tools.linkerFlags
 * @param {string} tools.instead what whoever has the binaries does, ends the message about a missing Go
 */
export function ensureGoTools({ name, module, packages, linkerFlags, instead }) {
  const digest = createHash("sha256")
    .update(readFileSync(join(module, "go.sum")))
    .digest("hex")
    .slice(0, 16);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = join(cache, "pullcred", `${name}-${digest}`);
  if (!existsSync(folder)) build({ folder, module, packages, linkerFlags, instead });
  return folder;
}

/** The version of a module, without its "v", as its go.mod names it. */
export function moduleVersion(module, path) {
  const lines = readFileSync(join(module, "go.mod"), "utf8").split("\n");
  const words = lines.map((line) => line.trim().split(/\s+/)).find(([first]) => first === path);
  if (words === undefined) fail(`${join(module, "go.mod")} does not require ${path}.`);
  return words[1].slice(1);
}

function build({ folder, module, packages, linkerFlags, instead }) {
  const names = Object.keys(packages);
  process.stderr.write(`Building ${names.join(", ")} (once, some minutes) ...\n`);
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    for (const name of names) {
      const args = ["build", "-trimpath", "-ldflags", linkerFlags, "-o", join(draft, name), packages[name]];
      const result = spawnSync("go", args, {
        cwd: module,
        stdio: ["ignore", process.stderr, process.stderr],
        env: { ...process.env, CGO_ENABLED: "0" },
      });
      if (result.error) fail(`could not run go: ${result.error.message}. Install Go, or ${instead}.`);
      if (result.status !== 0) fail(`could not build ${name}: see Go's message above.`);
    }
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
