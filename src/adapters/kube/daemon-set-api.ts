import { isJsonObject } from "../../core/json/json-object.ts";
import type { PrepullDaemonSet } from "../../core/prepull/daemon-set.ts";
import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { type KubeMetadata, type KubeObject, toKubeObject } from "./watch/kube-object.ts";

/** The requests for the one DaemonSet of a command. All reject with an `ApiError`. */
export type DaemonSetApi = {
  find(): Promise<KubeObject | undefined>;
  /** Refused with 409 where one stands: nobody's is ever changed. */
  create(daemonSet: PrepullDaemonSet, end: AbortSignal): Promise<KubeObject>;
  /** Removes that very one, with its Pods; one that is gone already is fine. */
  delete(applied: KubeMetadata): Promise<void>;
  /** What the controller says of Pods that it could not create. */
  refusal(applied: KubeMetadata): Promise<string | undefined>;
};

/** What client-go puts in front where it has many events of one kind. */
const COMBINED = "(combined from similar events): ";

/** Where the DaemonSets of a namespace are. */
export function daemonSetsPath(namespace: string): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/daemonsets`;
}

/** Looks after the DaemonSet of this name. */
export function createDaemonSetApi(client: KubeClient, namespace: string, name: string): DaemonSetApi {
  const all = daemonSetsPath(namespace);
  const path = `${all}/${encodeURIComponent(name)}`;
  return {
    async find() {
      try {
        return toKubeObject((await client.send({ method: "GET", path })).body);
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
    async create(body, end) {
      const query = { fieldManager: "pullcred-prepull" };
      return toKubeObject((await client.send({ method: "POST", path: all, query, body }, end)).body);
    },
    async delete({ uid }) {
      const options = { preconditions: { uid }, propagationPolicy: "Background" };
      const body = { apiVersion: "v1", kind: "DeleteOptions", ...options };
      try {
        await client.send({ method: "DELETE", path, body });
      } catch (error) {
        // 409: another one has the name meanwhile.
        if (!hasStatus(error, 404) && !hasStatus(error, 409)) throw error;
      }
    },
    async refusal({ uid }) {
      const events = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
      const query = { fieldSelector: `involvedObject.uid=${uid},reason=FailedCreate` };
      const { body } = await client.send({ method: "GET", path: events, query });
      const items: readonly unknown[] = isJsonObject(body) && Array.isArray(body.items) ? body.items : [];
      const last = items.at(-1);
      if (!isJsonObject(last) || typeof last.message !== "string") return undefined;
      return last.message.replace(COMBINED, "");
    },
  };
}
