import { existsSync } from "node:fs";
import type { RequestOptions } from "node:https";
import type { Access } from "./kube-connection.ts";
import { kubeconfigFiles, readTokenFile } from "./token-file.ts";

/**
 * Reads the current context of the kubeconfig that KUBECONFIG or the home folder has, with client-node: exec plugins, OIDC
 * and client certificates work as in kubectl. Importing it takes over a second and 90 MB, so that a Pod never does.
 */
export async function readKubeconfigAccess(environment: NodeJS.ProcessEnv): Promise<Access> {
  const files = kubeconfigFiles(environment);
  // client-node would try http://localhost:8080.
  if (!files.some((file) => existsSync(file)))
    throw new Error(`there is no kubeconfig ${files.join(" or ")}`);
  const { KubeConfig } = await import("@kubernetes/client-node");
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromDefault();
  const cluster = kubeconfig.getCurrentCluster();
  if (cluster === null) throw new Error("the kubeconfig has no current context");
  const options: RequestOptions = {};
  await kubeconfig.applyToHTTPSOptions(options);
  const token = await readTokenFile(kubeconfig.getCurrentUser()?.name ?? "", environment);
  return {
    server: new URL(cluster.server),
    tls: {
      ...toText("ca", options.ca),
      ...toText("cert", options.cert),
      ...toText("key", options.key),
      ...(options.servername !== undefined && { servername: options.servername }),
      ...(options.rejectUnauthorized !== undefined && { rejectUnauthorized: options.rejectUnauthorized }),
    },
    headers: {
      ...Object.fromEntries(
        Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...(options.auth && { authorization: `Basic ${Buffer.from(options.auth).toString("base64")}` }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  };
}

function toText(key: "ca" | "cert" | "key", value: unknown): { readonly [key: string]: string } {
  return value === undefined || value === null ? {} : { [key]: String(value) };
}
