import { Argument, Command, Option } from "commander";
import { PullcredError } from "../../core/error.ts";
import { explainImage, withoutMappings } from "../../core/policy/explain-image.ts";
import { Reason } from "../../core/policy/reason.ts";
import { EXIT_FINDINGS } from "../failure.ts";
import { loadConfig } from "../load-config.ts";
import {
  configOption,
  namespaceLabelsOption,
  namespaceOption,
  type OutputFormat,
  outputOption,
} from "../options.ts";
import { ownNamespaceOption } from "../own-namespace-option.ts";
import { refuseSecondReading } from "../standard-input.ts";
import { describeImage, describePod } from "./text.ts";

const DESCRIPTION = `Says how images are read, which mappings match them, and which pull secrets a Pod with them gets.

Of a Pod, in a manifest or in the cluster that KUBECONFIG names, it says for each image which credentials kubelet tries, in
which order, and from which key of which Secret. The Secrets are those of the same manifests, below --data-dir, or of the
cluster; no password and no username is shown.

Exit code 1 if an image is not a valid image reference, a pull secret fails the Pod's pulls, or the Pod was made without
one that it needs.`;

const EXAMPLES = `
Examples:
  pullcred explain --config config.yaml -n team-a harbor.example.com/team-a/shop:1.4.2
  pullcred explain --config config.yaml -f pod.yaml
  pullcred explain --config config.yaml -f deployment.yaml --cluster
  pullcred explain --config config.yaml --pod shop-5d9c7-x2x4v -n team-a`;

export type ExplainOptions = {
  config: string;
  filename: readonly string[];
  pod?: string;
  cluster: boolean;
  dataDir?: string;
  namespace: string;
  namespaceLabels: Readonly<Record<string, string>>;
  ownNamespace: string;
  output: OutputFormat;
};

/** `pullcred explain`. */
export function command(): Command {
  return new Command("explain")
    .description(DESCRIPTION)
    .addHelpText("after", EXAMPLES)
    .addArgument(new Argument("[image...]", "image references as a Pod has them"))
    .addOption(configOption())
    .option(
      "-f, --filename <file>",
      "manifests with the Pod or workload, - for standard input; may be repeated",
      (file: string, files: readonly string[]) => [...files, file],
      [],
    )
    .addOption(new Option("--pod <name>", "the Pod of the cluster, or which one of the manifests"))
    .option("--cluster", "with -f: look up in the cluster what the manifests do not have", false)
    .option("--data-dir <directory>", "with -f: look it up in the directory of a standalone server")
    .addOption(namespaceOption("the namespace that the Pod is in, or would be"))
    .addOption(namespaceLabelsOption())
    .addOption(ownNamespaceOption())
    .addOption(outputOption())
    .action(explain);
}

async function explain(images: readonly string[], options: ExplainOptions): Promise<void> {
  checkUse(images, options);
  if (images.length > 0) await explainImages(images, options);
  else await explainOnePod(options);
}

function checkUse(
  images: readonly string[],
  { config, filename, pod, cluster, dataDir }: ExplainOptions,
): void {
  const isAboutPod = filename.length > 0 || pod !== undefined;
  const refuse = (problem: string): never => {
    throw new PullcredError("WrongUse", problem);
  };
  if (images.length === 0 && !isAboutPod) {
    refuse("missing required argument 'image': name images, or a Pod by -f or --pod");
  }
  if (images.length > 0 && isAboutPod) refuse("images and a Pod are two questions: ask one of them");
  if (filename.length === 0 && dataDir !== undefined)
    refuse("--data-dir goes with -f: add it, or leave both out");
  if (images.length > 0 && cluster) refuse("--cluster goes with -f: add it, or leave both out");
  if (cluster && dataDir !== undefined) refuse("--data-dir stands for a cluster: give --cluster, or that");
  refuseSecondReading(config, filename);
}

async function explainImages(images: readonly string[], options: ExplainOptions): Promise<void> {
  const config = await loadConfig(options.config);
  const isOwn = options.namespace === options.ownNamespace;
  // pullcred's own Pods must start without it, so that no mapping serves them.
  const explained = images
    .map((image) => explainImage(image, options.namespace, options.namespaceLabels, config))
    .map((explanation) => (isOwn ? withoutMappings(explanation) : explanation));
  if (options.output === "json") {
    printJson({ images: explained, ...(isOwn && { reason: Reason.OwnNamespace }) });
  } else {
    const paragraphs = explained.map((image) => describeImage(image, options.namespace));
    if (isOwn)
      paragraphs.push(`${options.namespace} is pullcred's own namespace, whose Pods are never touched.`);
    process.stdout.write(`${paragraphs.join("\n\n")}\n`);
  }
  if (explained.some(({ error }) => error !== null)) process.exitCode = EXIT_FINDINGS;
}

/** Loaded only when asked for: most questions are about an image. */
async function explainOnePod(options: ExplainOptions): Promise<void> {
  const config = await loadConfig(options.config);
  const { explainNamedPod, isFailing } = await import("./pod.ts");
  const explained = await explainNamedPod(options, config);
  if (options.output === "json") printJson(explained);
  else process.stdout.write(`${describePod(explained)}\n`);
  if (isFailing(explained)) process.exitCode = EXIT_FINDINGS;
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
