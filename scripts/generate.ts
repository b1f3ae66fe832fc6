// npm run generate: writes what is made from other files of this repository. With --check it changes nothing, and fails
// where something is not up to date.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { configSchema } from "../src/core/config/schema.ts";
import { renderConfigurationDoc } from "./lib/configuration-doc.ts";
import { type GeneratedFile, isCurrent, writeGenerated } from "./lib/generated-file.ts";

const FILES: readonly GeneratedFile[] = [
  {
    path: "docs/configuration.md",
    render: () =>
      renderConfigurationDoc(
        read("scripts/lib/configuration.md"),
        read("examples/config.yaml"),
        configSchema,
      ),
  },
];

process.chdir(dirname(import.meta.dirname));
if (process.argv.includes("--check")) check();
else generate();

function generate(): void {
  for (const file of FILES.filter(writeGenerated)) process.stdout.write(`wrote ${file.path}\n`);
}

function check(): void {
  const stale = FILES.filter((file) => !isCurrent(file));
  for (const { path } of stale) process.stderr.write(`${path} is not up to date: run npm run generate\n`);
  if (stale.length > 0) process.exitCode = 1;
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}
