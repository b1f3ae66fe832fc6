import { pino } from "pino";
import type { KubeClient } from "../../adapters/kube/client/kube-client.ts";
import { createDaemonSetApi } from "../../adapters/kube/daemon-set-api.ts";
import { followPulls } from "../../adapters/kube/follow-pulls.ts";
import type { KubeMetadata } from "../../adapters/kube/watch/kube-object.ts";
import { monotonicClock } from "../../adapters/time/system-clock.ts";
import { containerName, PAUSE_CONTAINER, type PrepullDaemonSet } from "../../core/prepull/daemon-set.ts";
import { createPullLedger, type PullLedger } from "../../core/prepull/pull-ledger.ts";
import { inCluster } from "../cluster-client.ts";
import type { ProgressLine } from "../progress-line.ts";
import { findReasons } from "./reasons.ts";
import type { PrepullReport } from "./report.ts";

export type Followed = {
  readonly client: KubeClient;
  readonly daemonSet: PrepullDaemonSet;
  /** Of the DaemonSet as it stands. */
  readonly applied: KubeMetadata;
  readonly images: readonly string[];
  readonly pauseImage: string;
  readonly progress: ProgressLine;
  /** Ends the following with what is known by then. */
  readonly late: AbortSignal;
  /** Ends it with its reason. */
  readonly interrupted: AbortSignal;
};

/** Follows the pulls of a DaemonSet until each is done or given up, and reports what came of them. */
export async function follow(followed: Followed): Promise<PrepullReport> {
  const { client, daemonSet, applied, images, pauseImage, progress, late, interrupted } = followed;
  const { name, namespace } = daemonSet.metadata;
  const containers = images.map((image, index): [string, string] => [containerName(index), image]);
  const ledger = createPullLedger(new Map([...containers, [PAUSE_CONTAINER, pauseImage]]));
  const nodes = await inCluster(`wait for DaemonSet ${name}`, () =>
    followPulls({
      ...{ client, namespace, applied, ledger, clock: monotonicClock, random: Math.random },
      signal: AbortSignal.any([late, interrupted]),
      onProgress: (known) => progress.show(describeProgress(ledger, known)),
      // What it has to say of a connection that comes back is of no use here.
      log: pino({ level: "silent" }),
    }),
  );
  const isLate = late.aborted;
  interrupted.throwIfAborted();
  const reports = ledger.reports();
  const hasAllPods = nodes !== null && ledger.nodes() >= nodes;
  const api = createDaemonSetApi(client, namespace, name);
  const notes = await findReasons({ client, api, daemonSet, applied, images: reports, hasAllPods });
  interrupted.throwIfAborted();
  return { daemonSet: { name, namespace }, nodes: nodes ?? 0, isLate, images: reports, notes };
}

function describeProgress(ledger: PullLedger, nodes: number | null): string {
  if (nodes === null) return "waiting for the nodes";
  const { pulled, failed, pending } = ledger.count();
  const failing = failed === 0 ? "" : `, ${failed} failed`;
  return `${pulled} of ${pulled + failed + pending} pulls done on ${ledger.nodes()} of ${nodes} nodes${failing}`;
}
