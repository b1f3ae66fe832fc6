import type { JsonObject } from "../../src/core/json/json-object.ts";
import { type OwnedPod, readOwnedPod } from "../../src/core/repair/owned-pod.ts";

export type StuckPodParts = {
  readonly namespace?: string;
  readonly name?: string;
  readonly image?: string;
  /** Why its container waits. */
  readonly reason?: string;
  readonly secrets?: readonly string[];
  /** As `kind/name`, of group apps unless it is a Job. */
  readonly owner?: string;
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
};

/** A Pod as the API gives it: of ReplicaSet `shop`, in a failed pull, without a pull secret. Its uid is made of its names. */
export function stuckPodObject(parts: StuckPodParts = {}): JsonObject & { readonly metadata: object } {
  const { namespace = "team-a", name = "shop-1", image = "harbor.example.com/app:1" } = parts;
  const { reason = "ImagePullBackOff", secrets = [], owner = "ReplicaSet/shop" } = parts;
  const [kind = "", ownerName = ""] = owner.split("/");
  const apiVersion = kind === "Job" ? "batch/v1" : "apps/v1";
  const reference = { apiVersion, kind, name: ownerName, uid: `${namespace}/${owner}`, controller: true };
  const state = reason === "" ? { running: {} } : { waiting: { reason } };
  return {
    metadata: {
      ...{ namespace, name, uid: `${namespace}/${name}`, resourceVersion: "1" },
      ownerReferences: [reference],
      ...parts.metadata,
    },
    spec: {
      serviceAccountName: "default",
      imagePullSecrets: secrets.map((secret) => ({ name: secret })),
      containers: [{ name: "app", image }],
      ...parts.spec,
    },
    status: { phase: "Pending", containerStatuses: [{ name: "app", state }], ...parts.status },
  };
}

/** The same, as it is read. */
export function stuckPod(parts: StuckPodParts = {}): OwnedPod {
  const pod = readOwnedPod(stuckPodObject(parts));
  if (pod === undefined) throw new Error("the test's Pod has no controller that replaces it");
  return pod;
}
