import { Argument, Command } from "commander";
import type { ImageReference } from "../core/image/reference.ts";
import { explainImage, type ImageExplanation } from "../core/policy/explain-image.ts";
import { EXIT_FINDINGS } from "./failure.ts";
import { loadConfig } from "./load-config.ts";
import {
  configOption,
  namespaceLabelsOption,
  namespaceOption,
  type OutputFormat,
  outputOption,
} from "./options.ts";

const DESCRIPTION = `Says how images are read, which mappings match them, and which pull secrets a Pod with them gets.

Exit code 1 if an image is not a valid image reference.`;

type ExplainOptions = {
  config: string;
  namespace: string;
  namespaceLabels: Readonly<Record<string, string>>;
  output: OutputFormat;
};

/** `pullcred explain`. */
export function command(): Command {
  return new Command("explain")
    .description(DESCRIPTION)
    .addArgument(new Argument("<image...>", "image references as a Pod has them"))
    .addOption(configOption())
    .addOption(namespaceOption("the namespace that the Pod would be in"))
    .addOption(namespaceLabelsOption())
    .addOption(outputOption())
    .action(explain);
}

async function explain(images: readonly string[], options: ExplainOptions): Promise<void> {
  const config = await loadConfig(options.config);
  const explained = images.map((image) =>
    explainImage(image, options.namespace, options.namespaceLabels, config),
  );
  if (options.output === "json") {
    process.stdout.write(`${JSON.stringify({ images: explained }, null, 2)}\n`);
  } else {
    process.stdout.write(`${explained.map((image) => describe(image, options.namespace)).join("\n\n")}\n`);
  }
  if (explained.some(({ error }) => error !== null)) process.exitCode = EXIT_FINDINGS;
}

function describe(explanation: ImageExplanation, namespace: string): string {
  const { image, reference, error, matches, excluded, always } = explanation;
  const lines = [
    image,
    ...(reference === null ? [`  not a valid image reference: ${error}`] : read(reference)),
  ];
  for (const { mapping, pattern, secretName } of matches) {
    lines.push(`  gets        ${secretName} (mapping ${mapping} matches ${pattern})`);
  }
  for (const { mapping, secretName } of always) {
    lines.push(`  gets        ${secretName} (mapping ${mapping} injects always)`);
  }
  for (const { mapping, pattern } of excluded) {
    lines.push(`  not         mapping ${mapping} matches ${pattern}, but not for namespace ${namespace}`);
  }
  if (matches.length + always.length + excluded.length === 0) {
    lines.push("  gets        nothing: no mapping matches");
  }
  return lines.join("\n");
}

function read({ registry, repository, tag, digest }: ImageReference): readonly string[] {
  const fields = { registry, repository, tag, digest };
  return Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `  ${name.padEnd(11)} ${value}`);
}
