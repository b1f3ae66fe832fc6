import type { AdminClient } from "./admin-client.ts";

const API = "/apis/admissionregistration.k8s.io/v1";
const PATHS = [`${API}/mutatingadmissionpolicybindings`, `${API}/mutatingadmissionpolicies`] as const;
const NAME = "adds-to-pods";

/** Has the API server itself add something to the new Pods of a namespace. Returns the function that ends it. */
export async function addToEveryPod(
  admin: AdminClient,
  namespace: string,
  path: string,
  value: string,
): Promise<() => Promise<void>> {
  const [bindings, policies] = PATHS;
  const expression = `[JSONPatch{op: "add", path: "${path}", value: ${value}}]`;
  const resourceRules = [
    { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
  ];
  await admin.create(policies, {
    metadata: { name: NAME },
    spec: {
      matchConstraints: { resourceRules },
      mutations: [{ patchType: "JSONPatch", jsonPatch: { expression } }],
      reinvocationPolicy: "Never",
      failurePolicy: "Fail",
    },
  });
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  await admin.create(bindings, {
    metadata: { name: NAME },
    spec: { policyName: NAME, matchResources: { namespaceSelector } },
  });
  return async () => {
    for (const collection of PATHS) await admin.delete(`${collection}/${NAME}`);
  };
}
