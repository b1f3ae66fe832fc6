import type { JsonObject } from "../json/json-object.ts";
import { type ContainerPull, NOTHING_KNOWN, PullResult } from "./judge-container.ts";
import { type PodStatus, readPodStatus } from "./read-pod-status.ts";

/** Why a node does not have an image, or not yet. */
export type NodeProblem = {
  readonly node: string;
  readonly result: "Failed" | "Pending";
  readonly reason: string;
  readonly message: string;
};

/** What became of one image. */
export type ImageReport = {
  readonly image: string;
  /** How many nodes have it. */
  readonly pulled: number;
  readonly problems: readonly NodeProblem[];
};

/** How far the pulls are: one for each image on each node. */
export type PullCount = { readonly pulled: number; readonly failed: number; readonly pending: number };

/** Keeps what the Pods of a DaemonSet told last. */
export type PullLedger = {
  observe(pod: JsonObject): void;
  forget(pod: JsonObject): void;
  /** All Pods that there are: others are gone. */
  replace(pods: readonly JsonObject[]): void;
  count(): PullCount;
  /** How many nodes have a Pod. */
  nodes(): number;
  reports(): readonly ImageReport[];
};

/** kubelet pulls again after 10 seconds, then after 20, and some more until it looks: a registry may fall over for as long. */
const REFUSALS = 3;
/** kubelet does not get over these by trying again. What it makes up of an error's text has spaces: a Secret is broken. */
const FINAL = /^(InvalidImageName|ErrImageNeverPull)$|\s/;

type Pull = ContainerPull & { readonly refusals: number };
type NodeRecord = {
  readonly status: PodStatus;
  readonly pulls: ReadonlyMap<string, Pull>;
  readonly count: PullCount;
};

/** Makes the ledger of the images, each by the name of its container. */
export function createPullLedger(images: ReadonlyMap<string, string>): PullLedger {
  const records = new Map<string, NodeRecord>();
  // Counted as it changes: a large cluster sends more changes than it has pulls.
  const total = { pulled: 0, failed: 0, pending: 0 };

  function set(node: string, record: NodeRecord | undefined): void {
    const before = records.get(node);
    for (const key of ["pulled", "failed", "pending"] as const) {
      total[key] += (record?.count[key] ?? 0) - (before?.count[key] ?? 0);
    }
    if (record === undefined) records.delete(node);
    else records.set(node, record);
  }

  function observe(status: PodStatus): void {
    const before = records.get(status.node)?.pulls;
    const pulls = new Map<string, Pull>();
    for (const container of images.keys()) {
      pulls.set(container, follow(before?.get(container), status.pulls.get(container) ?? NOTHING_KNOWN));
    }
    set(status.node, { status, pulls, count: countPulls([...pulls.values()]) });
  }

  return {
    observe: (pod) => observe(readPodStatus(pod)),
    forget(pod) {
      const { node, uid } = readPodStatus(pod);
      // Its successor on the node may have come before.
      if (records.get(node)?.status.uid === uid) set(node, undefined);
    },
    replace(pods) {
      const statuses = pods.map(readPodStatus);
      const nodes = new Set(statuses.map(({ node }) => node));
      for (const node of records.keys()) if (!nodes.has(node)) set(node, undefined);
      for (const status of statuses) observe(status);
    },
    count: () => ({ ...total }),
    nodes: () => records.size,
    reports: () => [...images].map(([container, image]) => reportImage(container, image, records)),
  };
}

/** An image that was pulled stays on the node, whatever becomes of the Pod; a refusal counts once, however often it is told. */
function follow(before: Pull | undefined, next: ContainerPull): Pull {
  if (before?.result === PullResult.Pulled) return before;
  const refusals = before?.refusals ?? 0;
  if (next.result !== PullResult.Failed) return { ...next, refusals };
  if (next.isBackOff) return { ...next, refusals: Math.max(refusals, 1) };
  const isTheSame = before?.result === PullResult.Failed && !before.isBackOff;
  return { ...next, refusals: isTheSame ? refusals : refusals + 1 };
}

function isGivenUp({ result, reason, refusals }: Pull): boolean {
  return result === PullResult.Failed && (refusals >= REFUSALS || FINAL.test(reason));
}

function countPulls(pulls: readonly Pull[]): PullCount {
  const pulled = pulls.filter(({ result }) => result === PullResult.Pulled).length;
  const failed = pulls.filter(isGivenUp).length;
  return { pulled, failed, pending: pulls.length - pulled - failed };
}

function reportImage(
  container: string,
  image: string,
  records: ReadonlyMap<string, NodeRecord>,
): ImageReport {
  const problems: NodeProblem[] = [];
  for (const [node, { pulls, status }] of records) {
    const pull = pulls.get(container);
    if (pull === undefined || pull.result === PullResult.Pulled) continue;
    const { result, reason, message } = pull;
    const known = reason === "" ? status.problem : { reason, message };
    problems.push({ node, result, ...known });
  }
  problems.sort((a, b) => (a.node < b.node ? -1 : 1));
  return { image, pulled: records.size - problems.length, problems };
}
