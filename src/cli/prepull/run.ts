import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type { CompiledConfig } from "../../core/config/compile.ts";
import { bareNamespace } from "../../core/namespace/namespace.ts";
import type { PrepullRequest, PullMethod } from "../../core/prepull/daemon-set.ts";
import { planPrepull } from "../../core/prepull/plan.ts";
import { loadConfig } from "../load-config.ts";
import { printable } from "../printable.ts";
import type { PrepullOptions } from "./command.ts";
import { collectImages, type PrepullImages } from "./images.ts";

/** Enough that two sets of images do not meet. */
const DIGEST_LENGTH = 10;

/** Prints the DaemonSet, or has it do its work. */
export async function prepull(options: PrepullOptions): Promise<void> {
  const config = await loadConfig(options.config);
  const images = await collectImages(options);
  if (options.wait) {
    const { prepullAndWait } = await import("./wait.ts");
    await prepullAndWait(images, options, config);
  } else render(images, options, config);
}

/** What is asked for, by this method. */
export function toRequest(
  { images, namespace, pullSecrets }: PrepullImages,
  { name = nameOf(images), nodeSelector, pauseImage }: PrepullOptions,
  method: PullMethod,
): PrepullRequest {
  return { name, namespace, images, pullSecrets, nodeSelector, method, pauseImage };
}

/** Tells what somebody should know before the pulls. */
export function printNotes(notes: readonly string[]): void {
  for (const note of notes) process.stderr.write(`pullcred: note: ${printable(note)}\n`);
}

function render(images: PrepullImages, options: PrepullOptions, config: CompiledConfig): void {
  // Nothing is known of the cluster: as most are.
  const request = toRequest(images, options, options.imageVolumes === "never" ? "containers" : "volumes");
  const bare = bareNamespace(images.namespace);
  const namespace = { ...bare, labels: { ...options.namespaceLabels, ...bare.labels } };
  const { daemonSet, notes } = planPrepull(request, namespace, options.ownNamespace, config);
  printNotes(notes);
  process.stdout.write(
    options.output === "json"
      ? `${JSON.stringify(daemonSet, null, 2)}\n`
      : stringify(daemonSet, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
}

/** The same for the same images, in whatever order, so that a second run finds what the first one left. */
function nameOf(images: readonly string[]): string {
  const digest = createHash("sha256")
    .update([...images].sort().join("\n"))
    .digest("hex");
  return `pullcred-prepull-${digest.slice(0, DIGEST_LENGTH)}`;
}
