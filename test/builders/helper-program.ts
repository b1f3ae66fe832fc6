import { chmodSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes a docker credential helper that runs this ES module, and returns the environment that finds it. */
export function installHelper(folder: string, suffix: string, script: string): NodeJS.ProcessEnv {
  const file = join(folder, `docker-credential-${suffix}`);
  writeFileSync(`${file}.mjs`, `import fs from "node:fs";\n${script}`);
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${file}.mjs" "$@"\n`);
  chmodSync(file, 0o755);
  return { PATH: `${folder}:${dirname(process.execPath)}` };
}

/** A helper that knows these servers: username and password by URL. */
export function storeScript(entries: Readonly<Record<string, readonly [string, string]>>): string {
  return `
const server = fs.readFileSync(0, "utf8").trim();
const found = ${JSON.stringify(entries)}[server];
if (process.argv[2] !== "get" || !found) {
  console.log("credentials not found in native keychain");
  process.exit(1);
}
console.log(JSON.stringify({ ServerURL: server, Username: found[0], Secret: found[1] }));
`;
}
