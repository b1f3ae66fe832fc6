import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { type KubeObject, toKubeObject } from "./watch/kube-object.ts";

/** Where the collections are whose objects are read. */
const APIS = { pods: "api/v1", secrets: "api/v1", serviceaccounts: "api/v1", jobs: "apis/batch/v1" } as const;

/** One object of a namespace; undefined where there is none. */
export async function readObject(
  client: KubeClient,
  resource: keyof typeof APIS,
  namespace: string,
  name: string,
): Promise<KubeObject | undefined> {
  const [place, object] = [encodeURIComponent(namespace), encodeURIComponent(name)];
  const path = `/${APIS[resource]}/namespaces/${place}/${resource}/${object}`;
  try {
    return toKubeObject((await client.send({ method: "GET", path })).body);
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
