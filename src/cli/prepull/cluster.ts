import { hasStatus } from "../../adapters/kube/client/api-error.ts";
import type { KubeClient } from "../../adapters/kube/client/kube-client.ts";
import { readKubeletVersions } from "../../adapters/kube/kubelet-versions.ts";
import { toNamespace } from "../../adapters/kube/to-namespace.ts";
import { toKubeObject } from "../../adapters/kube/watch/kube-object.ts";
import { type Namespace, unknownNamespace } from "../../core/namespace/namespace.ts";
import { type PullMethod, selectNodes } from "../../core/prepull/daemon-set.ts";
import { supportsImageVolumes } from "../../core/prepull/image-volume-support.ts";
import type { PrepullOptions } from "./command.ts";

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
