import { readOwnedPod } from "../../core/repair/owned-pod.ts";
import type { EvictionAnswer, WaitingPods } from "../../core/repair/waiting-pods.ts";
import { ApiError } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { readObject } from "./read-object.ts";
import type { Reflector, StartReflector } from "./watch/reflector.ts";

export type KubeWaitingPodsOptions = {
  readonly client: KubeClient;
  readonly startReflector: StartReflector;
  /** So many Pods of a list are kept, each whole until the last page has come. */
  readonly most: number;
  /** Pods of these are not even listed. */
  readonly excludedNamespaces: readonly string[];
};

export type KubeWaitingPods = WaitingPods & {
  /** None while nobody follows. */
  reflectors(): readonly Reflector[];
};

/**
 * kubelet calls a Pod Pending for as long as one of its containers has not started, whatever the others do. Those are few; the
 * Pods that run, which are many, are neither listed nor watched.
 * (kubernetes, pkg/kubelet/kubelet_pods.go: getPhase)
 */
const PENDING = "status.phase=Pending";

/** The Pods of a cluster that wait to run, and the Eviction API. */
export function createKubeWaitingPods(options: KubeWaitingPodsOptions): KubeWaitingPods {
  const { client, startReflector, most, excludedNamespaces } = options;
  const others = excludedNamespaces.map((name) => `metadata.namespace!=${name}`);
  const followed = new Set<Reflector>();
  return {
    follow({ isWanted, onList, onChange, onGone }) {
      const reflector = startReflector({
        collection: { path: "/api/v1/pods", fieldSelector: [PENDING, ...others].join(",") },
        isKept(object, kept) {
          const pod = kept < most ? readOwnedPod(object) : undefined;
          return pod !== undefined && isWanted(pod);
        },
        onList: (objects) => onList(objects.flatMap((object) => readOwnedPod(object) ?? [])),
        onChange(object, isDeleted, isNew) {
          const pod = isDeleted ? undefined : readOwnedPod(object);
          if (pod === undefined) onGone(object.metadata.uid);
          else onChange(pod, isNew);
        },
      });
      followed.add(reflector);
      return () => {
        reflector.stop();
        followed.delete(reflector);
      };
    },
    findJob: ({ namespace, owner }) => readObject(client, "jobs", namespace, owner.name),
    async evict({ namespace, name, uid, version }) {
      const [place, pod] = [encodeURIComponent(namespace), encodeURIComponent(name)];
      const body = {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { namespace, name },
        // Without the version the API server tries for ten seconds to evict another Pod of the name.
        deleteOptions: { preconditions: { uid, resourceVersion: version } },
      };
      try {
        await client.send({
          method: "POST",
          path: `/api/v1/namespaces/${place}/pods/${pod}/eviction`,
          body,
        });
        return { kind: "evicted" };
      } catch (error) {
        return toAnswer(error);
      }
    },
    reflectors: () => [...followed],
  };
}

/** Also after an error of the server's own the eviction may have come about. */
function toAnswer(error: unknown): EvictionAnswer {
  if (!(error instanceof ApiError) || error.status < 400 || error.status > 499) throw error;
  if (error.status === 404) return { kind: "gone" };
  if (error.status === 409) return { kind: "changed" };
  if (error.status === 429) return { kind: "blocked", retryAfter: error.retryAfter ?? 0 };
  return { kind: "refused", error };
}
