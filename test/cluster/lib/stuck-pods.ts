import { eventually } from "../../builders/eventually.ts";
import type { AdminClient } from "./admin-client.ts";
import { IMAGE } from "./cluster.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they expect to be there
export type PodObject = any;

/** The Pods of a namespace that are not on their way out. */
export async function listPods(admin: AdminClient, namespace: string): Promise<readonly PodObject[]> {
  const { items } = (await admin.get(`/api/v1/namespaces/${namespace}/pods`)).body;
  return items.filter(({ metadata }: PodObject) => metadata.deletionTimestamp === undefined);
}

/** Says of a Pod what kubelet says where the registry has refused the pull. */
export async function failPull(admin: AdminClient, { metadata }: PodObject): Promise<void> {
  const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`;
  const state = { waiting: { reason: "ImagePullBackOff", message: "401 Unauthorized" } };
  const containerStatuses = [
    { name: "app", image: IMAGE, imageID: "", ready: false, restartCount: 0, state },
  ];
  const { status, body } = await admin.merge(path, { status: { phase: "Pending", containerStatuses } });
  if (status !== 200) throw new Error(JSON.stringify(body));
}

/** The Pods of a namespace, once there are so many and each is in a failed pull. */
export async function makeStuck(
  admin: AdminClient,
  namespace: string,
  count: number,
): Promise<readonly PodObject[]> {
  const pods = await eventually(`${namespace} has ${count} Pods`, async () => {
    const found = await listPods(admin, namespace);
    return found.length === count ? found : undefined;
  });
  for (const pod of pods) await failPull(admin, pod);
  return pods;
}
