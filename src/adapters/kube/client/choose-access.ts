import { PullcredError } from "../../../core/error.ts";
import { readInClusterAccess } from "./in-cluster.ts";
import type { Access } from "./kube-connection.ts";
import { readKubeconfigAccess } from "./kubeconfig.ts";
import { namesKubeconfig } from "./kubeconfig-files.ts";

/**
 * How to reach the API server: as the Pod that this is, or by a kubeconfig where one is named or this is no Pod. `instead`
 * is what can be done without a cluster.
 */
export function chooseAccess(environment: NodeJS.ProcessEnv, instead: string): () => Promise<Access> {
  const isNamed = namesKubeconfig(environment);
  const isPod = environment.KUBERNETES_SERVICE_HOST !== undefined && !isNamed;
  return async () => {
    try {
      return await (isPod ? readInClusterAccess(environment) : readKubeconfigAccess(environment));
    } catch (cause) {
      if (cause instanceof PullcredError) throw cause; // a kubeconfig is there, and broken
      const problem = cause instanceof Error ? cause.message : String(cause);
      const remedy = isPod
        ? "mount the service account's token"
        : `${isNamed ? "correct" : "set"} KUBECONFIG`;
      const message = `could not find the cluster: ${problem}: ${remedy}, or ${instead}`;
      throw new PullcredError("ClusterUnreachable", message, { cause });
    }
  };
}
