import { isJsonObject } from "../../core/json/json-object.ts";
import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { streamObjects } from "./stream-objects.ts";

/**
 * The versions of the selected nodes' kubelets. Whoever may not look at nodes gets the API server's, than which kubelets can
 * only be older.
 */
export async function readKubeletVersions(
  client: KubeClient,
  nodeSelector: Readonly<Record<string, string>>,
): Promise<ReadonlySet<string>> {
  const labelSelector = Object.entries(nodeSelector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const versions = new Set<string>();
  try {
    for await (const { status } of streamObjects(client, { path: "/api/v1/nodes", labelSelector })) {
      const info = isJsonObject(status) ? status.nodeInfo : undefined;
      if (isJsonObject(info) && typeof info.kubeletVersion === "string") versions.add(info.kubeletVersion);
    }
    return versions;
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    const { body } = await client.send({ method: "GET", path: "/version" });
    return new Set(isJsonObject(body) && typeof body.gitVersion === "string" ? [body.gitVersion] : []);
  }
}
