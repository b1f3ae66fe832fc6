import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a kubeconfig's exec plugin that runs this ES module, and returns the command. */
export function installTokenPlugin(
  folder: string,
  name: string,
  script: string,
): { readonly command: string } {
  const command = join(folder, name);
  writeFileSync(`${command}.mjs`, script);
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${command}.mjs" "$@"\n`);
  chmodSync(command, 0o755);
  return { command };
}
