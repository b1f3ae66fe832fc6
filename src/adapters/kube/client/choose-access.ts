import { PullcredError } from "../../../core/error.ts";
import { readInClusterAccess } from "./in-cluster.ts";
import type { Access } from "./kube-connection.ts";
import { readKubeconfigAccess } from "./kubeconfig.ts";
import { namesKubeconfig } from "./kubeconfig-files.ts";

/** How to reach the API server: as the Pod that this is, or by a kubeconfig where one is named or this is no Pod. */
export function chooseAccess(environment: NodeJS.ProcessEnv): () => Promise<Access> {
  const isPod = environment.KUBERNETES_SERVICE_HOST !== undefined && !namesKubeconfig(environment);
  return async () => {
    try {
      return await (isPod ? readInClusterAccess(environment) : readKubeconfigAccess(environment));
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      const remedy = isPod ? "mount the service account's token" : "set KUBECONFIG, or add --standalone";
      throw new PullcredError("ClusterUnreachable", `could not find the cluster: ${problem}: ${remedy}`, {
        cause,
      });
    }
  };
}
