// A large cluster whose API server is a list server on this machine that makes up Pods, so that the numbers are pullcred's
// own: a real API server adds the time that it takes for its lists.
import { type ListedCollection, startListServer } from "../../test/builders/list-server.ts";

export const MAPPINGS = 100;
export const NAMESPACES = 2_000;

/** What a Pod of the cluster has in its spec. */
export type PodParts = { readonly image: string; readonly secrets: readonly string[] };

/** A Pod of about 6 KB, as a cluster has them: most of it is none of pullcred's business. */
function makePod(index: number, { image, secrets }: PodParts): object {
  const env = Array.from({ length: 40 }, (_, at) => ({ name: `VARIABLE_${at}`, value: "x".repeat(60) }));
  return {
    metadata: {
      name: `app-${index}`,
      namespace: `ns-${index % NAMESPACES}`,
      uid: `00000000-0000-0000-0000-${String(index).padStart(12, "0")}`,
      labels: { app: `app-${index % 5_000}`, "pod-template-hash": "5d9c7f6b8" },
      ownerReferences: [{ kind: "ReplicaSet", name: `app-${Math.floor(index / 10)}`, controller: true }],
      managedFields: [
        { manager: "kubelet", fieldsV1: Object.fromEntries(env.map(({ name }) => [`f:${name}`, {}])) },
      ],
    },
    spec: {
      containers: [{ name: "app", image, imagePullPolicy: "IfNotPresent", env }],
      imagePullSecrets: secrets.map((name) => ({ name })),
    },
    status: { phase: "Running", containerStatuses: [{ name: "app", state: { running: {} } }] },
  };
}

/** Serves the Pods and their namespaces, and more collections by their paths; returns the text of a kubeconfig. */
export async function serveLargeCluster(
  pods: number,
  partsOf: (index: number) => PodParts,
  others: Readonly<Record<string, ListedCollection>> = {},
): Promise<string> {
  const server = await startListServer({
    "/api/v1/namespaces": { count: NAMESPACES, at: (index) => ({ metadata: { name: `ns-${index}` } }) },
    "/api/v1/pods?status.phase!=Succeeded,status.phase!=Failed": {
      count: pods,
      at: (index) => makePod(index, partsOf(index)),
    },
    ...others,
  });
  return server.kubeconfig;
}
