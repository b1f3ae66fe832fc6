import { isJsonObject } from "../../core/json/json-object.ts";
import type { Lease, LeaseStore } from "../../core/leader/lease.ts";
import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { toMicroTime } from "./micro-time.ts";
import { toKubeObject } from "./watch/kube-object.ts";

export type KubeLeaseStoreOptions = {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** Milliseconds since the epoch, for people who read the Lease. */
  readonly now: () => number;
};

/** One Lease of coordination.k8s.io/v1; a write names the version that it replaces. */
export function createKubeLeaseStore({ client, namespace, name, now }: KubeLeaseStoreOptions): LeaseStore {
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  return {
    async read() {
      try {
        return toLease((await client.send({ method: "GET", path: `${collection}/${name}` })).body);
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
    async write({ holder, duration, transitions }, seen) {
      const time = toMicroTime(now());
      const body = {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name, namespace, ...(seen !== undefined && { resourceVersion: seen.version }) },
        spec: {
          holderIdentity: holder,
          leaseDurationSeconds: Math.max(1, Math.round(duration / 1_000)),
          leaseTransitions: transitions,
          renewTime: time,
        },
      };
      const isNew = seen === undefined;
      try {
        const answer = await client.send({
          method: isNew ? "POST" : "PUT",
          path: isNew ? collection : `${collection}/${name}`,
          body,
        });
        return toLease(answer.body);
      } catch (error) {
        // 409: somebody was faster. 404: it was deleted.
        if (hasStatus(error, 409) || hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
  };
}

function toLease(body: unknown): Lease {
  const { metadata, spec } = toKubeObject(body);
  const { holderIdentity, leaseDurationSeconds, renewTime, leaseTransitions } = isJsonObject(spec)
    ? spec
    : {};
  return {
    holder: typeof holderIdentity === "string" ? holderIdentity : "",
    duration: (Number(leaseDurationSeconds) || 0) * 1_000,
    renewed: typeof renewTime === "string" ? renewTime : "",
    transitions: Number(leaseTransitions) || 0,
    version: metadata.resourceVersion,
  };
}
