import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a kubelet credential provider that runs this ES module, and returns its path. `request` is what it was asked. */
export function installPlugin(folder: string, script: string): string {
  const file = join(folder, "test-provider");
  const prelude = 'import fs from "node:fs";\nconst request = JSON.parse(fs.readFileSync(0, "utf8"));\n';
  writeFileSync(`${file}.mjs`, prelude + script);
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${file}.mjs" "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A script that answers with these parts of a response; as JavaScript, so that it can use the request. */
export function answerScript(parts: string): string {
  return `console.log(JSON.stringify({ kind: "CredentialProviderResponse", apiVersion: request.apiVersion, ${parts} }));`;
}
