import type { KubeClient } from "../../adapters/kube/client/kube-client.ts";
import { listPods } from "../../adapters/kube/list-pods.ts";
import { toOwnSecret } from "../../adapters/kube/secrets/cached-secret.ts";
import { createSecretApi } from "../../adapters/kube/secrets/secret-api.ts";
import { toNamespace } from "../../adapters/kube/to-namespace.ts";
import { type KubeObject, toKubeObject } from "../../adapters/kube/watch/kube-object.ts";
import { listObjects } from "../../adapters/kube/watch/list-objects.ts";
import { monotonicClock } from "../../adapters/time/system-clock.ts";
import { type Namespace, unknownNamespace } from "../../core/namespace/namespace.ts";
import { readPod } from "../../core/pod/read-pod.ts";
import { hasStoreCode, StoreErrorCode } from "../../core/secret/store-error.ts";
import { mustRead, openClusterClient, unreachable } from "../cluster-client.ts";
import type { VerifyPlace } from "./place.ts";

/** What is only read may be any release's. */
const ANY_RELEASE = { manager: "pullcred", isOthers: () => false };

/** The cluster that KUBECONFIG names, or the one that this is a Pod of, with the rights of whoever that is. */
export async function openCluster(environment: NodeJS.ProcessEnv): Promise<VerifyPlace> {
  const { client, close } = await openClusterClient(environment, "give --data-dir");
  const secrets = createSecretApi(client, ANY_RELEASE.manager, monotonicClock);
  return {
    hasOrigins: true,
    async secret(namespace, name) {
      try {
        const object = await secrets.get(namespace, name);
        return object && toOwnSecret(object, ANY_RELEASE);
      } catch (error) {
        // One Secret that may not be read leaves the others; an API server that does not answer leaves none.
        if (hasStoreCode(error, StoreErrorCode.Forbidden)) throw error;
        throw unreachable(`read Secret ${name} in namespace ${namespace}`, error);
      }
    },
    namespace: (name) => mustRead(`namespace ${name}`, () => getNamespace(client, name)),
    pods: (namespace) => readPods(client, namespace),
    close,
  };
}

async function getNamespace(client: KubeClient, name: string): Promise<Namespace> {
  const path = `/api/v1/namespaces/${encodeURIComponent(name)}`;
  return toNamespace(toKubeObject((await client.send({ method: "GET", path })).body));
}

async function* readPods(client: KubeClient, name: string | undefined): ReturnType<VerifyPlace["pods"]> {
  const namespaces = await mustRead("the namespaces", () => readNamespaces(client, name));
  const pods = listPods(client, name);
  for (;;) {
    const { done, value } = await mustRead("the Pods", () => pods.next());
    if (done) return;
    const read = readPod(value, "");
    const place = value.metadata.namespace ?? "";
    // An API server lets no other Pod through.
    if (read.ok) yield { pod: read.pod, namespace: namespaces.get(place) ?? unknownNamespace(place) };
  }
}

async function readNamespaces(
  client: KubeClient,
  name: string | undefined,
): Promise<ReadonlyMap<string, Namespace>> {
  if (name !== undefined) return new Map([[name, await getNamespace(client, name)]]);
  const everything = { path: "/api/v1/namespaces", metadataOnly: true };
  const { items } = await listObjects(client, everything, new AbortController().signal);
  return new Map(items.map((item: KubeObject) => [item.metadata.name, toNamespace(item)]));
}
