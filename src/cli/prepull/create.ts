import { ApiError } from "../../adapters/kube/client/api-error.ts";
import type { DaemonSetApi } from "../../adapters/kube/daemon-set-api.ts";
import type { KubeMetadata } from "../../adapters/kube/watch/kube-object.ts";
import { PullcredError } from "../../core/error.ts";
import type { PrepullDaemonSet } from "../../core/prepull/daemon-set.ts";
import { findHolder, type Holder, isOfRun, markRun, type PrepullRun } from "../../core/prepull/run-mark.ts";
import { inCluster, unreachable } from "../cluster-client.ts";
import { untilAborted } from "./interrupt.ts";

/** How somebody deletes a DaemonSet who has to do it by hand. */
export function howToDelete({ metadata }: PrepullDaemonSet): string {
  return `kubectl delete daemonset -n ${metadata.namespace} ${metadata.name}`;
}

/** Takes away what a run that is over has left. What is anybody else's stays as it is, and the command ends. */
export async function clearName(api: DaemonSetApi, daemonSet: PrepullDaemonSet, now: number): Promise<void> {
  const { name } = daemonSet.metadata;
  const found = await inCluster(`read DaemonSet ${name}`, api.find);
  if (found === undefined) return;
  const holder = findHolder(found.metadata, name);
  if (holder.kind !== "Run" || holder.end > now) throw isTaken(daemonSet, holder);
  await inCluster(`delete DaemonSet ${name} of an earlier run`, () => api.delete(found.metadata));
}

/**
 * Creates the DaemonSet of a run. Only a refusal says that it does not stand; else it is looked for:
 *
 * | the answer to the creation | what is found   | so                                              |
 * |----------------------------|-----------------|-------------------------------------------------|
 * | a DaemonSet                |                 | that is it                                      |
 * | 4xx, but not 409           |                 | an error                                        |
 * | none, 5xx, or 409          | ours            | that is it                                      |
 * | none, 5xx, or 409          | another one     | an error that says whose                        |
 * | none, 5xx, or 409          | none            | an error that says how to delete it if it comes |
 */
export async function createDaemonSet(
  api: DaemonSetApi,
  daemonSet: PrepullDaemonSet,
  run: PrepullRun,
  patience: AbortSignal,
): Promise<KubeMetadata> {
  const { name } = daemonSet.metadata;
  try {
    return (await untilAborted(api.create(markRun(daemonSet, run), patience), patience)).metadata;
  } catch (cause) {
    const failure = unreachable(`create DaemonSet ${name}`, cause);
    if (isRefusal(cause)) throw failure;
    // To look may fail as well, mostly for the same reason: then nobody knows more than if nothing is found.
    const found = await api.find().catch(() => undefined);
    if (found === undefined) {
      const remedy = `it may stand there nevertheless: look, and delete it by ${howToDelete(daemonSet)}`;
      throw new PullcredError(failure.code, `${failure.message}: ${remedy}`, { cause });
    }
    if (isOfRun(found.metadata, run)) return found.metadata;
    throw isTaken(daemonSet, findHolder(found.metadata, name));
  }
}

/** Whether the API server has said that it will not. 409: the name is taken, maybe by what was sent and sent again. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 409;
}

function isTaken(daemonSet: PrepullDaemonSet, holder: Holder): PullcredError {
  const { name, namespace } = daemonSet.metadata;
  return new PullcredError(
    "WrongUse",
    `DaemonSet ${name} in namespace ${namespace} ${whose(daemonSet, holder)}`,
  );
}

function whose(daemonSet: PrepullDaemonSet, holder: Holder): string {
  if (holder.kind === "Foreign") return "is none of pullcred prepull: give another --name";
  const remedy = `give another --name, or delete it by ${howToDelete(daemonSet)}`;
  if (holder.kind === "ByHand") return `was not made by --wait, which would delete it: ${remedy}`;
  const end = new Date(holder.end).toISOString();
  return `is of another run, which may need it until ${end}: wait, ${remedy} if that run is no more`;
}
