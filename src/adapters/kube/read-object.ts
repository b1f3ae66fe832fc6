import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { type KubeObject, toKubeObject } from "./watch/kube-object.ts";

/** A collection of the core API whose objects are in namespaces. */
type Resource = "pods" | "secrets" | "serviceaccounts";

/** One object of the core API; undefined where there is none. */
export async function readObject(
  client: KubeClient,
  resource: Resource,
  namespace: string,
  name: string,
): Promise<KubeObject | undefined> {
  const [place, object] = [encodeURIComponent(namespace), encodeURIComponent(name)];
  const path = `/api/v1/namespaces/${place}/${resource}/${object}`;
  try {
    return toKubeObject((await client.send({ method: "GET", path })).body);
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
