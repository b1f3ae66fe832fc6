import { Argument, Command } from "commander";
import type { ImageReference } from "../core/image/reference.ts";
import { explainImage, type ImageExplanation } from "../core/policy/explain-image.ts";
import { Reason } from "../core/policy/reason.ts";
import { EXIT_FINDINGS } from "./failure.ts";
import { loadConfig } from "./load-config.ts";
import {
  configOption,
  namespaceLabelsOption,
  namespaceOption,
  type OutputFormat,
  outputOption,
} from "./options.ts";
import { ownNamespaceOption } from "./own-namespace-option.ts";

const DESCRIPTION = `Says how images are read, which mappings match them, and which pull secrets a Pod with them gets.

Exit code 1 if an image is not a valid image reference.`;

type ExplainOptions = {
  config: string;
  namespace: string;
  namespaceLabels: Readonly<Record<string, string>>;
  ownNamespace: string;
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
    .addOption(ownNamespaceOption())
    .addOption(outputOption())
    .action(explain);
}

async function explain(images: readonly string[], options: ExplainOptions): Promise<void> {
  const config = await loadConfig(options.config);
  const isOwn = options.namespace === options.ownNamespace;
  const explained = images
    .map((image) => explainImage(image, options.namespace, options.namespaceLabels, config))
    .map((explanation) => (isOwn ? withoutSecrets(explanation) : explanation));
  if (options.output === "json") {
    const reason = isOwn ? { reason: Reason.OwnNamespace } : {};
    process.stdout.write(`${JSON.stringify({ images: explained, ...reason }, null, 2)}\n`);
  } else {
    const paragraphs = explained.map((image) => describe(image, options.namespace));
    if (isOwn)
      paragraphs.push(`${options.namespace} is pullcred's own namespace, whose Pods are never touched.`);
    process.stdout.write(`${paragraphs.join("\n\n")}\n`);
  }
  if (explained.some(({ error }) => error !== null)) process.exitCode = EXIT_FINDINGS;
}

/** pullcred's own Pods must start without it, so that no mapping serves them. */
function withoutSecrets(explanation: ImageExplanation): ImageExplanation {
  const excluded = [...explanation.matches, ...explanation.excluded];
  return { ...explanation, matches: [], excluded, always: [] };
}

function describe(explanation: ImageExplanation, namespace: string): string {
  const { image, reference, error, matches, excluded, always } = explanation;
  const lines = [
    printable(image),
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

/** What is no letter to a terminal must not reach it. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

function read({ registry, repository, tag, digest }: ImageReference): readonly string[] {
  const fields = { registry, repository, tag, digest };
  return Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `  ${name.padEnd(11)} ${value}`);
}
