import { randomUUID } from "node:crypto";
import type { KubeClient } from "../../adapters/kube/client/kube-client.ts";
import { createDaemonSetApi } from "../../adapters/kube/daemon-set-api.ts";
import { systemClock } from "../../adapters/time/system-clock.ts";
import type { CompiledConfig } from "../../core/config/compile.ts";
import type { PrepullDaemonSet } from "../../core/prepull/daemon-set.ts";
import { inCluster, openClusterClient } from "../cluster-client.ts";
import { describeFailure, EXIT_FINDINGS } from "../failure.ts";
import { createProgressLine } from "../progress-line.ts";
import { chooseMethod, readNamespace } from "./cluster.ts";
import type { PrepullOptions } from "./command.ts";
import { clearName, createDaemonSet, howToDelete } from "./create.ts";
import { follow } from "./follow.ts";
import type { PrepullImages } from "./images.ts";
import { expectInterrupt, type Interrupt, interruptible } from "./interrupt.ts";
import { planDaemonSet } from "./plan-daemon-set.ts";
import { formatReport, isComplete, type PrepullReport } from "./report.ts";

/** Has a DaemonSet pull the images, prints what came of it, and sets the exit code. */
export async function prepullAndWait(
  asked: PrepullImages,
  options: PrepullOptions,
  config: CompiledConfig,
): Promise<void> {
  const { client, close } = await openClusterClient(
    process.env,
    "leave out --wait to only print the DaemonSet",
  );
  const interrupt = expectInterrupt();
  try {
    const asking = interruptible(client, interrupt.signal);
    const namespace = await inCluster(`read namespace ${asked.namespace}`, () =>
      readNamespace(asking, asked.namespace, options.namespaceLabels),
    );
    const method = await inCluster("read the nodes", () => chooseMethod(asking, options));
    const daemonSet = planDaemonSet(asked, options, method, namespace, config);
    const report = await pullOnce(client, daemonSet, asked.images, options, interrupt);
    process.stdout.write(
      options.output === "json"
        ? `${JSON.stringify({ ...report, method }, null, 2)}\n`
        : formatReport(report),
    );
    if (!isComplete(report)) process.exitCode = EXIT_FINDINGS;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    if (!isOf(interrupt.signal, error)) process.stderr.write(`${describeFailure(error)}\n`);
  } finally {
    close();
    interrupt.pass();
  }
}

/** Creates the DaemonSet, follows it, and deletes it in any case. */
async function pullOnce(
  client: KubeClient,
  daemonSet: PrepullDaemonSet,
  images: readonly string[],
  { pauseImage, timeout }: PrepullOptions,
  interrupt: Interrupt,
): Promise<PrepullReport> {
  const { name, namespace } = daemonSet.metadata;
  const asking = interruptible(client, interrupt.signal);
  await clearName(createDaemonSetApi(asking, namespace, name), daemonSet, systemClock.now());
  // Counted from before the creation, so that nobody follows a DaemonSet past the end that it names.
  const run = { id: randomUUID(), end: systemClock.now() + timeout * 1_000 };
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeout * 1_000);
  const progress = createProgressLine(process.stderr);
  // What cleans up is not interrupted.
  const api = createDaemonSetApi(client, namespace, name);
  try {
    interrupt.signal.throwIfAborted();
    const applied = await createDaemonSet(api, daemonSet, run, interrupt.patience);
    try {
      return await follow({
        ...{ client: asking, daemonSet, applied, images, pauseImage, progress },
        ...{ late: late.signal, interrupted: interrupt.signal },
      });
    } finally {
      progress.show(`deleting DaemonSet ${name}`);
      await inCluster(`delete DaemonSet ${name}: do it by ${howToDelete(daemonSet)}`, () =>
        api.delete(applied),
      ).finally(progress.clear);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Whether it says no more than that the signal came. */
function isOf(signal: AbortSignal, error: unknown): boolean {
  return error === signal.reason || (error instanceof Error && error.cause === signal.reason);
}
