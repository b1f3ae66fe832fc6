import { isJsonObject } from "../../core/json/json-object.ts";
import type { Lease, LeaseStore } from "../../core/leader/lease.ts";
import type { OwnerReference } from "../../core/secret/secret.ts";
import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { toMicroTime } from "./micro-time.ts";
import { toKubeObject } from "./watch/kube-object.ts";

export type KubeLeaseStoreOptions = {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** What a Lease that is made here belongs to. */
  readonly owner: () => Promise<OwnerReference | undefined>;
  /** Milliseconds since the epoch, for people who read the Lease. */
  readonly now: () => number;
};

/** One Lease of coordination.k8s.io/v1; a write names the version that it replaces. */
export function createKubeLeaseStore(options: KubeLeaseStoreOptions): LeaseStore {
  const { client, namespace, name, owner, now } = options;
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;

  async function create(spec: object): Promise<unknown> {
    const reference = await owner();
    const ownerReferences = reference === undefined ? [] : [reference];
    const metadata = { name, namespace, ownerReferences };
    const body = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
    return (await client.send({ method: "POST", path: collection, body })).body;
  }

  async function replace(spec: object, resourceVersion: string): Promise<unknown> {
    const body = { metadata: { resourceVersion }, spec };
    const contentType = "application/merge-patch+json";
    return (await client.send({ method: "PATCH", path: `${collection}/${name}`, contentType, body })).body;
  }

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
      const spec = {
        holderIdentity: holder,
        leaseDurationSeconds: Math.max(1, Math.round(duration / 1_000)),
        leaseTransitions: transitions,
        renewTime: toMicroTime(now()),
      };
      try {
        return toLease(await (seen === undefined ? create(spec) : replace(spec, seen.version)));
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
