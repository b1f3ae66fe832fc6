import { createHash } from "node:crypto";
import type { CompiledConfig } from "../../core/config/compile.ts";
import type { Namespace } from "../../core/namespace/namespace.ts";
import {
  type PrepullDaemonSet,
  type PrepullRequest,
  type PullMethod,
  renderDaemonSet,
  selectNodes,
} from "../../core/prepull/daemon-set.ts";
import { planPrepull } from "../../core/prepull/plan.ts";
import { printable } from "../printable.ts";
import type { PrepullOptions } from "./command.ts";
import type { PrepullImages } from "./images.ts";

/** Enough that two DaemonSets do not meet. */
const DIGEST_LENGTH = 10;

/** Makes the DaemonSet that is asked for, by this method, and tells what somebody should know before the pulls. */
export function planDaemonSet(
  asked: PrepullImages,
  { name, nodeSelector, pauseImage, ownNamespace }: PrepullOptions,
  method: PullMethod,
  namespace: Namespace,
  config: CompiledConfig,
): PrepullDaemonSet {
  const { request, notes } = planPrepull(
    { ...asked, nodeSelector, method, pauseImage },
    namespace,
    ownNamespace,
    config,
  );
  for (const note of notes) process.stderr.write(`pullcred: note: ${printable(note)}\n`);
  return renderDaemonSet(name ?? nameOf(request), request);
}

/**
 * The same for the same pulls, in whatever order they are asked for, so that a second run finds what the first one left.
 * Whatever makes the pulls others is in it: two that are not the same never take the DaemonSet from each other.
 */
function nameOf({ images, pullSecrets, nodeSelector, method, pauseImage }: PrepullRequest): string {
  const nodes = Object.entries(selectNodes(nodeSelector)).map((label) => label.join("="));
  const what = [[...images].sort(), [...pullSecrets].sort(), nodes.sort(), method, pauseImage];
  const digest = createHash("sha256").update(JSON.stringify(what)).digest("hex");
  return `pullcred-prepull-${digest.slice(0, DIGEST_LENGTH)}`;
}
