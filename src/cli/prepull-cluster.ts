import { hasStatus } from "../adapters/kube/client/api-error.ts";
import { chooseAccess } from "../adapters/kube/client/choose-access.ts";
import { createKubeClient, type KubeClient } from "../adapters/kube/client/kube-client.ts";
import { createConnection } from "../adapters/kube/client/kube-connection.ts";
import { readKubeletVersions } from "../adapters/kube/kubelet-versions.ts";
import { toNamespace } from "../adapters/kube/to-namespace.ts";
import { toKubeObject } from "../adapters/kube/watch/kube-object.ts";
import { monotonicClock } from "../adapters/time/system-clock.ts";
import { PullcredError } from "../core/error.ts";
import { type Namespace, unknownNamespace } from "../core/namespace/namespace.ts";
import { type PullMethod, selectNodes } from "../core/prepull/daemon-set.ts";
import { supportsImageVolumes } from "../core/prepull/image-volume-support.ts";
import type { PrepullOptions } from "./prepull.ts";

/** A page of 500 Pods may take a while. */
const REQUEST_TIMEOUT_MS = 30_000;

/** A client with the rights of whoever runs the command. */
export type PrepullCluster = { readonly client: KubeClient; close(): void };

/** Finds the cluster that KUBECONFIG names, or the one that this is a Pod of. */
export async function openCluster(environment: NodeJS.ProcessEnv): Promise<PrepullCluster> {
  const connection = createConnection(chooseAccess(environment), monotonicClock);
  await connection.route().catch((error: PullcredError) => {
    const problem = error.cause instanceof Error ? error.cause.message : error.message;
    const message = `could not find the cluster: ${problem}: set KUBECONFIG, or leave out --wait to only print the DaemonSet`;
    throw new PullcredError("ClusterUnreachable", message, { cause: error });
  });
  const client = createKubeClient({ connection, timeout: REQUEST_TIMEOUT_MS, userAgent: "pullcred" });
  return { client, close: connection.close };
}

/** Does something in the cluster without which the command makes no sense. */
export async function inCluster<Value>(what: string, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new PullcredError("ClusterUnreachable", `could not ${what}: ${problem}`, { cause });
  }
}

/** The namespace as it is, with the labels that were given on top. */
export async function readNamespace(
  client: KubeClient,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<Namespace> {
  const path = `/api/v1/namespaces/${encodeURIComponent(name)}`;
  try {
    const namespace = toNamespace(toKubeObject((await client.send({ method: "GET", path })).body));
    return { ...namespace, labels: { ...namespace.labels, ...labels } };
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    const { isUnknown, ...bare } = unknownNamespace(name);
    const isGiven = Object.keys(labels).length > 0;
    return { ...bare, labels: { ...labels, ...bare.labels }, ...(!isGiven && { isUnknown }) };
  }
}

/** How the nodes are made to pull: by image volumes, unless one of them does not know those. */
export async function chooseMethod(
  client: KubeClient,
  { imageVolumes, nodeSelector }: PrepullOptions,
): Promise<PullMethod> {
  if (imageVolumes !== "auto") return imageVolumes === "always" ? "volumes" : "containers";
  const versions = await readKubeletVersions(client, selectNodes(nodeSelector));
  return [...versions].every(supportsImageVolumes) ? "volumes" : "containers";
}
