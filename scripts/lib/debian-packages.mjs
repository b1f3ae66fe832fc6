// What tests need of the machine they run on.
import { spawnSync } from "node:child_process";
import { fail } from "./toolchain.mjs";

/**
 * Installs the Debian packages that are missing.
 *
 * @param {readonly string[]} packages
 * @param {string} who who needs them, begins the message where that cannot be
 */
export function ensureDebianPackages(packages, who) {
  const missing = packages.filter((name) => !isInstalled(name, `${who} Debian, with ${packages.join(", ")}`));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) fail(`${who} ${missing.join(", ")}: install that, or run this as root.`);
  process.stderr.write(`Installing ${missing.join(", ")} (apt-get) ...\n`);
  const isDone = apt("update") && apt("install", "-y", "--no-install-recommends", ...missing);
  if (!isDone) fail(`could not install ${missing.join(", ")}: see above.`);
}

function isInstalled(name, need) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is dpkg's own
  const args = ["--show", "--showformat=${db:Status-Status}", name];
  const { error, stdout } = spawnSync("dpkg-query", args, { encoding: "utf8" });
  if (error) fail(`${need}: ${error.message}.`);
  return stdout === "installed";
}

function apt(...args) {
  const { status } = spawnSync("apt-get", ["-q", ...args], {
    stdio: ["ignore", process.stderr, process.stderr],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status === 0;
}
