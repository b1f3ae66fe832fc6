import type { KubeObject, ManagedFields } from "../../src/adapters/kube/watch/kube-object.ts";

type Parts = {
  namespace?: string;
  name?: string;
  uid?: string;
  version?: number | string;
  labels?: Readonly<Record<string, string>>;
  data?: string;
  type?: string;
  managedFields?: readonly ManagedFields[];
};

export const OURS = { "app.kubernetes.io/managed-by": "pullcred", "pullcred.dev/registry": "harbor" };

/** A Secret as the API server sends it: a copy of pullcred's unless it says otherwise. */
export function kubeSecret(parts: Parts = {}): KubeObject {
  const { namespace = "team-a", name = "harbor-pull", uid = "u-1", version = 1, data = "b25l" } = parts;
  const { labels = OURS, type = "kubernetes.io/dockerconfigjson", managedFields } = parts;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion: String(version),
      labels,
      ...(managedFields && { managedFields }),
    },
    type,
    data: { ".dockerconfigjson": data },
  };
}

/** The entry of managedFields with which this manager owns the data. */
export function dataOwner(manager: string, operation: "Apply" | "Update"): ManagedFields {
  return { manager, operation, fieldsV1: { "f:data": { ".": {}, "f:.dockerconfigjson": {} } } };
}
