// npm run generate: writes what is made from other files of this repository. With --check it changes nothing, and fails
// where something is not up to date.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { configSchema } from "../src/core/config/schema.ts";
import { renderChartReadme, renderValuesSchema } from "./lib/chart-values.ts";
import { renderConfigurationDoc } from "./lib/configuration-doc.ts";
import { type GeneratedFile, isCurrent, writeGenerated } from "./lib/generated-file.ts";

const CHART = "charts/pullcred";

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
  {
    path: `${CHART}/values.schema.json`,
    render: () => format("values.schema.json", renderValuesSchema(read(`${CHART}/values.yaml`))),
  },
  {
    path: `${CHART}/README.md`,
    render: () => renderChartReadme(read("scripts/lib/chart-readme.md"), read(`${CHART}/values.yaml`)),
  },
  // The package of the chart has to bring it along.
  { path: `${CHART}/LICENSE`, render: () => read("LICENSE") },
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

/** As `npm run format` would leave it. */
function format(name: string, text: string): string {
  const args = ["format", `--stdin-file-path=${name}`];
  return execFileSync("node_modules/.bin/biome", args, { input: text, encoding: "utf8" });
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}
