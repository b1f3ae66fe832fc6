import type { Logger } from "pino";
import { isJsonObject } from "../../core/json/json-object.ts";
import { PREPULL_LABEL } from "../../core/prepull/daemon-set.ts";
import type { PullLedger } from "../../core/prepull/pull-ledger.ts";
import type { Clock } from "../../core/time/clock.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { daemonSetsPath } from "./daemon-set-api.ts";
import type { KubeMetadata, KubeObject } from "./watch/kube-object.ts";
import { startReflector } from "./watch/reflector.ts";

export type FollowOptions = {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Of the DaemonSet. */
  readonly applied: KubeMetadata;
  readonly ledger: PullLedger;
  /** Called at each change with how many nodes there are, once the controller has counted them. */
  readonly onProgress: (nodes: number | null) => void;
  /** Ends the following without an error. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

/**
 * Writes down what the Pods of a DaemonSet tell, and resolves with how many nodes it is for once each of them has every
 * image, or is known not to get it; or at the signal, with null where nobody has counted the nodes. Rejects where the
 * DaemonSet goes, or one may not look.
 */
export async function followPulls(options: FollowOptions): Promise<number | null> {
  const { client, namespace, applied, ledger, onProgress, signal, clock, random, log } = options;
  const done = Promise.withResolvers<void>();
  let nodes: number | null = null;

  function look(): void {
    onProgress(nodes);
    if (nodes !== null && ledger.nodes() >= nodes && ledger.count().pending === 0) done.resolve();
  }

  function lookAtDaemonSet(object: KubeObject | undefined): void {
    if (object?.metadata.uid !== applied.uid) {
      done.reject(new Error(`somebody has deleted DaemonSet ${applied.name}`));
      return;
    }
    nodes = readDesired(object) ?? nodes;
    look();
  }

  /** Those that an earlier one of the same name left go by themselves, and pulled something else. */
  const isOurs = ({ metadata }: KubeObject): boolean =>
    metadata.ownerReferences?.some(({ uid }) => uid === applied.uid) ?? false;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const shared = { client, clock, random, log };
  const reflectors = [
    startReflector({
      ...shared,
      collection: { path: daemonSetsPath(namespace), fieldSelector: `metadata.name=${applied.name}` },
      onList: ([object]) => lookAtDaemonSet(object),
      onChange: (object, isDeleted) => lookAtDaemonSet(isDeleted ? undefined : object),
      onForbidden: () => done.reject(new Error(`there is no right to list and watch DaemonSets there`)),
    }),
    startReflector({
      ...shared,
      collection: { path, labelSelector: `${PREPULL_LABEL}=${applied.name}` },
      onList: (pods) => {
        ledger.replace(pods.filter(isOurs));
        look();
      },
      onChange: (pod, isDeleted) => {
        if (!isOurs(pod)) return;
        if (isDeleted) ledger.forget(pod);
        else ledger.observe(pod);
        look();
      },
      onForbidden: () => done.reject(new Error(`there is no right to list and watch Pods there`)),
    }),
  ];
  const end = (): void => done.resolve();
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    await done.promise;
    return nodes;
  } finally {
    signal.removeEventListener("abort", end);
    for (const reflector of reflectors) reflector.stop();
  }
}

/** On how many nodes the DaemonSet is to be; undefined until its controller has seen what was applied. */
function readDesired({ metadata, status }: KubeObject): number | undefined {
  const { generation } = metadata as { readonly generation?: number };
  if (!isJsonObject(status) || status.observedGeneration !== generation) return undefined;
  const { desiredNumberScheduled: desired } = status;
  return typeof desired === "number" ? desired : undefined;
}
