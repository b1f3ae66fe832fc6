import type { JsonObject } from "../json/json-object.ts";
import type { OwnedPod } from "./owned-pod.ts";

/** What the API server said to an eviction. */
export type EvictionAnswer =
  | { readonly kind: "evicted" }
  /** There is no Pod of its name. */
  | { readonly kind: "gone" }
  /** It is not as it was, or another Pod has its name: who follows the Pods hears of it. */
  | { readonly kind: "changed" }
  /** Not now; perhaps with how many milliseconds to wait. */
  | { readonly kind: "blocked"; readonly retryAfter: number }
  /** No, for another reason. */
  | { readonly kind: "refused"; readonly error: Error };

/** Who is told of the Pods that wait to run. */
export type WaitingPodsListener = {
  /** Which Pods of a list are worth keeping: a cluster may have very many. */
  isWanted(pod: OwnedPod): boolean;
  /** Those of the wanted Pods that wait now, or as many of them as are kept. */
  onList(pods: readonly OwnedPod[]): void;
  /** One has changed, or was made just now. */
  onChange(pod: OwnedPod, isNew: boolean): void;
  /** One does not wait any more, or is not its controller's to replace. */
  onGone(uid: string): void;
};

/** Port to the Pods that wait to run and have a controller that replaces them. */
export type WaitingPods = {
  /** Tells of them until the returned function is called. */
  follow(listener: WaitingPodsListener): () => void;
  /** The Job that has the Pod, as it is now; undefined where there is none of its name. */
  findJob(pod: Pick<OwnedPod, "namespace" | "owner">): Promise<JsonObject | undefined>;
  /** Evicts that very Pod as it was seen last, and no other. Rejects where nobody knows whether that has come about. */
  evict(pod: Pick<OwnedPod, "namespace" | "name" | "uid" | "version">): Promise<EvictionAnswer>;
};
