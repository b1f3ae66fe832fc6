import { hasStatus } from "../../adapters/kube/client/api-error.ts";
import { listPullSecrets } from "../../adapters/kube/list-pull-secrets.ts";
import { PullcredError } from "../../core/error.ts";
import { clusterDocument, type InputDocument } from "../../core/import/input-document.ts";
import { openClusterClient, unreachable } from "../cluster-client.ts";

/** What of a cluster can be imported, read with the rights of the kubeconfig's user. */
export async function readClusterDocuments(namespace?: string): Promise<readonly InputDocument[]> {
  const { client, close } = await openClusterClient(
    process.env,
    "give what kubectl get -o json writes, by -f -",
  );
  try {
    return (await listPullSecrets(client, namespace)).map(clusterDocument);
  } catch (cause) {
    const failure = unreachable("read the cluster", cause);
    if (!hasStatus(cause, 403) || namespace !== undefined) throw failure;
    const message = `${failure.message}: --namespace reads a single namespace`;
    throw new PullcredError(failure.code, message, { cause });
  } finally {
    close();
  }
}
