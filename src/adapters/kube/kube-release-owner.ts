import type { OwnerReference } from "../../core/secret/secret.ts";
import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { toKubeObject } from "./watch/kube-object.ts";

const GROUP_VERSION = "rbac.authorization.k8s.io/v1";

/**
 * With what Kubernetes' garbage collector removes the objects that pullcred makes for itself: the release's own ClusterRole.
 * Undefined where there is none to be seen, as beside a cluster without the chart.
 */
export async function findReleaseOwner(
  client: KubeClient,
  release: string,
): Promise<OwnerReference | undefined> {
  const path = `/apis/${GROUP_VERSION}/clusterroles/${release}`;
  try {
    const { metadata } = toKubeObject((await client.send({ method: "GET", path })).body);
    const { name, uid } = metadata;
    return { apiVersion: GROUP_VERSION, kind: "ClusterRole", name, uid, blockOwnerDeletion: false };
  } catch (error) {
    if (hasStatus(error, 404) || hasStatus(error, 403)) return undefined;
    throw error;
  }
}
