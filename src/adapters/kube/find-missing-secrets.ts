import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { acceptOf } from "./watch/list-objects.ts";

/** Which of these Secrets are not there. Those that one may not look at count as there. Only metadata is read. */
export async function findMissingSecrets(
  client: KubeClient,
  namespace: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const name of names) {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
    const accept = acceptOf({ path, metadataOnly: true }, "PartialObjectMetadata");
    try {
      await client.send({ method: "GET", path, accept });
    } catch (error) {
      if (hasStatus(error, 404)) missing.push(name);
      else if (!hasStatus(error, 403)) throw error;
    }
  }
  return missing;
}
