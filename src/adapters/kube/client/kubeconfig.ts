import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Access } from "./kube-connection.ts";
import { findKubeconfigFiles } from "./kubeconfig-files.ts";
import { readTokenFile } from "./token-file.ts";

/**
 * Reads the current context of the kubeconfig that KUBECONFIG or the home folder has, with client-node: exec plugins, OIDC
 * and client certificates work as in kubectl. Importing it takes over a second and 90 MB, so that a Pod never does.
 */
export async function readKubeconfigAccess(environment: NodeJS.ProcessEnv): Promise<Access> {
  const files = findKubeconfigFiles(environment); // where there is none, client-node would try http://localhost:8080
  const kubeconfig = await load(files);
  const cluster = kubeconfig.getCurrentCluster();
  if (cluster === null) throw new Error("the kubeconfig has no current context");
  const options: RequestOptions = {};
  await kubeconfig.applyToHTTPSOptions(options);
  const token = await readTokenFile(kubeconfig.getCurrentUser()?.name ?? "", files);
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

/** client-node refuses a name that is in two files, and lets the last one say which context is the current one. */
async function load([file, ...others]: readonly [string, ...string[]]): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const first = new KubeConfig();
  first.loadFromFile(file);
  for (const name of others) {
    const next = new KubeConfig();
    next.loadFromFile(name);
    first.currentContext ||= next.currentContext;
    next.clusters = next.clusters.filter((cluster) => !isIn(first.clusters, cluster));
    next.users = next.users.filter((user) => !isIn(first.users, user));
    next.contexts = next.contexts.filter((context) => !isIn(first.contexts, context));
    first.mergeConfig(next, true);
  }
  return first;
}

function isIn(list: readonly { readonly name: string }[], { name }: { readonly name: string }): boolean {
  return list.some((entry) => entry.name === name);
}

function toText(key: "ca" | "cert" | "key", value: unknown): { readonly [key: string]: string } {
  return value === undefined || value === null ? {} : { [key]: String(value) };
}
