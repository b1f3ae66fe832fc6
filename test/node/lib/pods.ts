import { eventually } from "../../builders/eventually.ts";
import type { AdminClient } from "../../cluster/lib/admin-client.ts";
import type { Cluster, PodParts } from "../../cluster/lib/cluster.ts";
import { NODE_NAME } from "./node.ts";

const REFUSED = ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull"];

/** A Pod of this image that is on the node already, as the scheduler would have put it there. */
export function onNode(image: string, imagePullPolicy = "IfNotPresent"): PodParts {
  return {
    spec: {
      nodeName: NODE_NAME,
      containers: [{ name: "app", image, imagePullPolicy }],
      // The node has no CNI plugin, and so is never Ready.
      hostNetwork: true,
      tolerations: [{ operator: "Exists" }],
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
    },
  };
}

/** Has the API server admit a Pod of this image onto the node. */
export async function admitPod(
  cluster: Cluster,
  namespace: string,
  name: string,
  image: string,
  imagePullPolicy?: string,
): Promise<void> {
  const { status, body } = await cluster.makePod(namespace, name, onNode(image, imagePullPolicy));
  if (status !== 201) throw new Error(`could not create ${namespace}/${name}: ${JSON.stringify(body)}`);
}

/** Waits until kubelet gives up on the Pod's image for now, and returns why: the reason and the runtime's message. */
export async function untilRefused(admin: AdminClient, namespace: string, name: string): Promise<string> {
  return untilState(admin, namespace, name, "is refused its image", ({ state }) => {
    const { reason, message } = state.waiting ?? {};
    return REFUSED.includes(reason) ? `${reason}: ${message}` : undefined;
  });
}

/** Waits until the Pod's container runs, and returns the Pod. */
// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they expect to be there
export async function untilRunning(admin: AdminClient, namespace: string, name: string): Promise<any> {
  return untilState(admin, namespace, name, "runs", ({ state }, pod) => (state.running ? pod : undefined));
}

/** Deletes the Pod and waits until kubelet has let it go. */
export async function deletePod(admin: AdminClient, namespace: string, name: string): Promise<void> {
  await admin.delete(podPath(namespace, name));
  await eventually(`${namespace}/${name} is gone`, async () => {
    return (await admin.get(podPath(namespace, name))).status === 404 || undefined;
  });
}

/** Waits until kubelet tells of the Pod for this reason, and returns the Event's message. */
export async function untilEvent(
  admin: AdminClient,
  namespace: string,
  name: string,
  reason: string,
): Promise<string> {
  type Event = { reason: string; message: string; involvedObject: { name: string } };
  return eventually(`an Event ${reason} on ${namespace}/${name}`, async () => {
    const { body } = await admin.get(`/api/v1/namespaces/${namespace}/events`);
    const events: readonly Event[] = body.items;
    return events.find((event) => event.reason === reason && event.involvedObject.name === name)?.message;
  });
}

async function untilState<T>(
  admin: AdminClient,
  namespace: string,
  name: string,
  what: string,
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they expect to be there
  read: (container: any, pod: any) => T | undefined,
): Promise<T> {
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they expect to be there
  let last: any;
  try {
    return await eventually(`${namespace}/${name} ${what}`, async () => {
      const { body } = await admin.get(podPath(namespace, name));
      last = body.status;
      const [container] = body.status?.containerStatuses ?? [];
      return container === undefined ? undefined : read(container, body);
    });
  } catch (cause) {
    throw new Error(`${namespace}/${name} never ${what}: ${JSON.stringify(last)}`, { cause });
  }
}

function podPath(namespace: string, name: string): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}
