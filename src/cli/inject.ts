import { Command } from "commander";
import type { CompiledConfig } from "../core/config/compile.ts";
import { PullcredError } from "../core/error.ts";
import { injectManifests, type ManifestProblem } from "../core/manifest/inject-manifests.ts";
import type { PodTemplate } from "../core/manifest/pod-template.ts";
import { NAMESPACE_NAME_LABEL } from "../core/namespace/namespace.ts";
import { readPod } from "../core/pod/read-pod.ts";
import { decide } from "../core/policy/decide.ts";
import { loadConfig } from "./load-config.ts";
import {
  configOption,
  namespaceLabelsOption,
  namespaceOption,
  type OutputFormat,
  outputOption,
  parseNamespace,
} from "./options.ts";
import { readInput } from "./read-input.ts";

const DESCRIPTION = `Adds the pull secrets to manifests, as the webhook would to their Pods: comments, order and every other
document stay as they are.

Knows Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate and List, in a
YAML or JSON stream. The Secrets themselves are not made.`;

type InjectOptions = {
  config: string;
  filename: readonly string[];
  namespace: string;
  namespaceLabels: Readonly<Record<string, string>>;
  ownNamespace: string;
  output: OutputFormat;
};

/** `pullcred inject`. */
export function command(): Command {
  return new Command("inject")
    .description(DESCRIPTION)
    .addOption(configOption())
    .option(
      "-f, --filename <file>",
      "a manifest, - for standard input; may be repeated (default: -)",
      collect,
      [],
    )
    .addOption(namespaceOption("the namespace of manifests that name none"))
    .addOption(namespaceLabelsOption())
    .option(
      "--own-namespace <namespace>",
      "pullcred's own namespace, never touched",
      parseNamespace,
      "pullcred",
    )
    .addOption(outputOption())
    .action(inject);
}

function collect(file: string, files: readonly string[]): readonly string[] {
  return [...files, file];
}

async function inject(options: InjectOptions): Promise<void> {
  const config = await loadConfig(options.config);
  const texts: string[] = [];
  const injected: unknown[] = [];
  for (const file of options.filename.length === 0 ? ["-"] : options.filename) {
    const result = injectManifests(await readInput(file), (template) =>
      findMissingSecrets(template, options, config),
    );
    if (!result.ok) throw toError(file, result.problems);
    texts.push(result.text);
    injected.push(...result.injected.map((template) => ({ file, ...template })));
  }
  const text = joinStreams(texts);
  process.stdout.write(options.output === "json" ? `${JSON.stringify({ injected, text }, null, 2)}\n` : text);
}

/** The decision of the webhook, for a manifest. */
function findMissingSecrets(
  template: PodTemplate,
  { namespace, namespaceLabels, ownNamespace }: InjectOptions,
  config: CompiledConfig,
): readonly string[] {
  const read = readPod({ metadata: template.metadata, spec: template.spec }, template.kind);
  if (!read.ok)
    throw new PullcredError("ManifestInvalid", `could not read ${describe(template)}: ${read.problem}`);
  const name = template.namespace ?? namespace;
  const labels = { ...namespaceLabels, [NAMESPACE_NAME_LABEL]: name };
  const place = { name, labels, annotations: {}, terminating: false };
  return decide(read.pod, place, ownNamespace, config).missing;
}

function describe({ kind, name }: PodTemplate): string {
  return name === null ? kind : `${kind} ${name}`;
}

function toError(file: string, problems: readonly ManifestProblem[]): PullcredError {
  const name = file === "-" ? "standard input" : file;
  const lines = problems.map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`);
  return new PullcredError("ManifestInvalid", `could not change the manifests:\n${lines.join("\n")}`);
}

/** Several files become one YAML stream. */
function joinStreams(texts: readonly string[]): string {
  if (texts.length <= 1) return texts.join("");
  return texts.map((text) => (text.endsWith("\n") || text === "" ? text : `${text}\n`)).join("---\n");
}
