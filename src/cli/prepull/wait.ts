import { pino } from "pino";
import type { KubeClient } from "../../adapters/kube/client/kube-client.ts";
import { createDaemonSetApi, type DaemonSetApi } from "../../adapters/kube/daemon-set-api.ts";
import { followPulls } from "../../adapters/kube/follow-pulls.ts";
import { monotonicClock } from "../../adapters/time/system-clock.ts";
import type { CompiledConfig } from "../../core/config/compile.ts";
import { PullcredError } from "../../core/error.ts";
import {
  containerName,
  PAUSE_CONTAINER,
  PREPULL_LABEL,
  type PrepullDaemonSet,
} from "../../core/prepull/daemon-set.ts";
import { planPrepull } from "../../core/prepull/plan.ts";
import { createPullLedger, type PullLedger } from "../../core/prepull/pull-ledger.ts";
import { inCluster, openClusterClient } from "../cluster-client.ts";
import { EXIT_FINDINGS } from "../failure.ts";
import { createProgressLine } from "../progress-line.ts";
import { chooseMethod, readNamespace } from "./cluster.ts";
import type { PrepullOptions } from "./command.ts";
import type { PrepullImages } from "./images.ts";
import { expectInterrupt } from "./interrupt.ts";
import { findReasons } from "./reasons.ts";
import { formatReport, isComplete, type PrepullReport } from "./report.ts";
import { printNotes, toRequest } from "./run.ts";

/** Has a DaemonSet pull the images, prints what came of it, and sets the exit code. */
export async function prepullAndWait(
  images: PrepullImages,
  options: PrepullOptions,
  config: CompiledConfig,
): Promise<void> {
  const { client, close } = await openClusterClient(
    process.env,
    "leave out --wait to only print the DaemonSet",
  );
  const interrupt = expectInterrupt();
  try {
    const { namespace: place } = images;
    const namespace = await inCluster(`read namespace ${place}`, () =>
      readNamespace(client, place, options.namespaceLabels),
    );
    const method = await inCluster("read the nodes", () => chooseMethod(client, options));
    const { daemonSet, notes } = planPrepull(
      toRequest(images, options, method),
      namespace,
      options.ownNamespace,
      config,
    );
    printNotes(notes);
    const report = await pullOnce(client, daemonSet, images, options, interrupt.signal);
    if (report === null) return interrupt.pass();
    process.stdout.write(
      options.output === "json"
        ? `${JSON.stringify({ ...report, method }, null, 2)}\n`
        : formatReport(report),
    );
    if (!isComplete(report)) process.exitCode = EXIT_FINDINGS;
  } finally {
    close();
    interrupt.release();
  }
}

/** Creates the DaemonSet, follows it, and deletes it in any case. Null where a signal has ended it. */
async function pullOnce(
  client: KubeClient,
  daemonSet: PrepullDaemonSet,
  { images }: PrepullImages,
  { pauseImage, timeout }: PrepullOptions,
  interrupted: AbortSignal,
): Promise<PrepullReport | null> {
  const { name, namespace } = daemonSet.metadata;
  const api = createDaemonSetApi(client, namespace, name);
  await clearName(api, name, namespace);
  const { metadata: applied } = await inCluster(`create DaemonSet ${name}`, () => api.apply(daemonSet));
  const progress = createProgressLine(process.stderr);
  const containers = images.map((image, index): [string, string] => [containerName(index), image]);
  const ledger = createPullLedger(new Map([...containers, [PAUSE_CONTAINER, pauseImage]]));
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeout * 1_000);
  try {
    const nodes = await inCluster(`wait for DaemonSet ${name}`, () =>
      followPulls({
        ...{ client, namespace, applied, ledger, clock: monotonicClock, random: Math.random },
        signal: AbortSignal.any([late.signal, interrupted]),
        onProgress: (known) => progress.show(describeProgress(ledger, known)),
        // What it has to say of a connection that comes back is of no use here.
        log: pino({ level: "silent" }),
      }),
    );
    const isLate = late.signal.aborted;
    if (interrupted.aborted) return null;
    const reports = ledger.reports();
    const hasAllPods = nodes !== null && ledger.nodes() >= nodes;
    const notes = await findReasons({ client, api, daemonSet, applied, images: reports, hasAllPods });
    return { daemonSet: { name, namespace }, nodes: nodes ?? 0, isLate, images: reports, notes };
  } finally {
    clearTimeout(timer);
    progress.show(`deleting DaemonSet ${name}`);
    await inCluster(
      `delete DaemonSet ${name}: do it by kubectl delete daemonset -n ${namespace} ${name}`,
      () => api.delete(applied),
    ).finally(progress.clear);
  }
}

/** A DaemonSet of that name that somebody else made stays as it is; one that an earlier run left goes. */
async function clearName(api: DaemonSetApi, name: string, namespace: string): Promise<void> {
  const found = await inCluster(`read DaemonSet ${name}`, api.find);
  if (found === undefined) return;
  if (found.metadata.labels?.[PREPULL_LABEL] === name) {
    return inCluster(`delete DaemonSet ${name} of an earlier run`, () => api.delete(found.metadata));
  }
  throw new PullcredError(
    "WrongUse",
    `DaemonSet ${name} in namespace ${namespace} is none of pullcred prepull: give another --name`,
  );
}

function describeProgress(ledger: PullLedger, nodes: number | null): string {
  if (nodes === null) return "waiting for the nodes";
  const { pulled, failed, pending } = ledger.count();
  const failing = failed === 0 ? "" : `, ${failed} failed`;
  return `${pulled} of ${pulled + failed + pending} pulls done on ${ledger.nodes()} of ${nodes} nodes${failing}`;
}
