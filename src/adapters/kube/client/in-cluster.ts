import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import type { Access } from "./kube-connection.ts";

/** Where kubelet mounts a Pod's service account. (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/) */
export const SERVICE_ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Reads how a Pod reaches the API server of its own cluster, as client-go's `rest.InClusterConfig` does. */
export async function readInClusterAccess(
  environment: NodeJS.ProcessEnv,
  folder: string = SERVICE_ACCOUNT_FOLDER,
): Promise<Access> {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = environment;
  const [token, ca] = await Promise.all([
    readFile(join(folder, "token"), "utf8"),
    readFile(join(folder, "ca.crt"), "utf8"),
  ]);
  return {
    server: new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`),
    tls: { ca },
    headers: { authorization: `Bearer ${token.trim()}` },
  };
}
