import { createKubeClient } from "../../adapters/kube/client/kube-client.ts";
import { createConnection } from "../../adapters/kube/client/kube-connection.ts";
import { readKubeconfigAccess } from "../../adapters/kube/client/kubeconfig.ts";
import { listPullSecrets } from "../../adapters/kube/list-pull-secrets.ts";
import { monotonicClock } from "../../adapters/time/system-clock.ts";
import { PullcredError } from "../../core/error.ts";
import { clusterDocument, type InputDocument } from "../../core/import/input-document.ts";

/** A page of 500 Secrets may take a while. */
const REQUEST_TIMEOUT_MS = 30_000;

/** What of a cluster can be imported, read with the rights of the kubeconfig's user. */
export async function readClusterDocuments(namespace?: string): Promise<readonly InputDocument[]> {
  const connection = createConnection(() => readKubeconfigAccess(process.env), monotonicClock);
  const client = createKubeClient({ connection, timeout: REQUEST_TIMEOUT_MS, userAgent: "pullcred" });
  try {
    await connection.route(); // tells by itself why there is no way at all
    return (await listPullSecrets(client, namespace)).map(clusterDocument);
  } catch (cause) {
    if (cause instanceof PullcredError) throw cause; // the kubeconfig is broken, and that says where
    const problem = cause instanceof Error ? cause.message : String(cause);
    const remedy = "KUBECONFIG says which cluster and as whom, --namespace reads a single namespace";
    throw new PullcredError("ClusterUnreachable", `could not read the cluster: ${problem}: ${remedy}`, {
      cause,
    });
  } finally {
    connection.close();
  }
}
