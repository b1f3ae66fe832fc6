import { Command } from "commander";
import type { CompiledConfig } from "../core/config/compile.ts";
import { PullcredError } from "../core/error.ts";
import type { ImagePuller } from "../core/manifest/image-puller.ts";
import { injectManifests } from "../core/manifest/inject-manifests.ts";
import { joinStreams } from "../core/manifest/join-streams.ts";
import type { ManifestProblem } from "../core/manifest/problem.ts";
import { describeUnread, type PullerProblem, readPuller } from "../core/manifest/read-puller.ts";
import { NAMESPACE_NAME_LABEL } from "../core/namespace/namespace.ts";
import { decide } from "../core/policy/decide.ts";
import { loadConfig } from "./load-config.ts";
import {
  configOption,
  namespaceLabelsOption,
  namespaceOption,
  type OutputFormat,
  outputOption,
} from "./options.ts";
import { ownNamespaceOption } from "./own-namespace-option.ts";
import { readInput } from "./read-input.ts";

const DESCRIPTION = `Adds the pull secrets to manifests, as the webhook would to their Pods: comments, order and every other
document stay as they are.

Knows Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate and List, and of
the operators that pull images ahead the ImagePullJob and ImageListPullJob of OpenKruise and the ImageCache of kube-fledged,
in a YAML or JSON stream. The Secrets themselves are not made.

A Pod that names a pull secret does not get those of its ServiceAccount any more: the API server adds them only to Pods that
name none. The webhook comes after that, and adds to them; what this command writes stands before it.`;

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
    .addOption(ownNamespaceOption())
    .addOption(outputOption())
    .action(inject);
}

function collect(file: string, files: readonly string[]): readonly string[] {
  return [...files, file];
}

async function inject(options: InjectOptions): Promise<void> {
  const files = options.filename.length === 0 ? ["-"] : options.filename;
  refuseSecondReading([options.config, ...files]);
  const config = await loadConfig(options.config);
  const texts: string[] = [];
  const injected: unknown[] = [];
  for (const file of files) {
    const result = injectManifests(await readInput(file), (puller) =>
      findMissingSecrets(puller, options, config),
    );
    if (!result.ok) throw toError(file, result.problems);
    texts.push(result.text);
    injected.push(...result.injected.map((template) => ({ file, ...template })));
  }
  const text = joinStreams(texts);
  process.stdout.write(options.output === "json" ? `${JSON.stringify({ injected, text }, null, 2)}\n` : text);
}

/** Standard input ends when it has been read: a second reader would find nothing, and say that all is well. */
function refuseSecondReading(paths: readonly string[]): void {
  if (paths.filter((path) => path === "-").length <= 1) return;
  throw new PullcredError(
    "WrongUse",
    "could not read standard input twice: it can be --config or one --filename (also the default of --filename), " +
      "not more than one of them",
  );
}

/** The decision of the webhook, for a manifest. */
function findMissingSecrets(
  puller: ImagePuller,
  { namespace, namespaceLabels, ownNamespace }: InjectOptions,
  config: CompiledConfig,
): readonly string[] | PullerProblem {
  const read = readPuller(puller);
  if (!read.ok) return { ...read.problem, message: describeUnread(puller, read.problem) };
  const name = puller.namespace ?? namespace;
  const labels = { ...namespaceLabels, [NAMESPACE_NAME_LABEL]: name };
  const place = { name, labels, annotations: {}, terminating: false };
  return decide(read.pod, place, ownNamespace, config).missing;
}

function toError(file: string, problems: readonly ManifestProblem[]): PullcredError {
  const name = file === "-" ? "standard input" : file;
  const lines = problems.map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`);
  return new PullcredError("ManifestInvalid", `could not change the manifests:\n${lines.join("\n")}`);
}
