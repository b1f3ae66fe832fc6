import type { AuditedPod } from "./audited-pod.ts";

/** The workloads that kubectl can restart, and the one by which the Pods of a Deployment are known. */
const RESTARTED: ReadonlyMap<string, string> = new Map([
  ["ReplicaSet", "its Deployment"],
  ["StatefulSet", "its StatefulSet"],
  ["DaemonSet", "its DaemonSet"],
]);

/** How to have a Pod made anew: its pull secrets cannot change. */
export function againRemedy({ owner }: Pick<AuditedPod, "owner">): string {
  const [kind = ""] = owner?.split("/", 1) ?? [];
  const workload = RESTARTED.get(kind);
  if (workload !== undefined) return `restart ${workload} (kubectl rollout restart)`;
  return owner === null ? "delete it, and create it again" : `delete it: ${owner} makes another one`;
}
