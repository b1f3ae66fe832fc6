import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { hideCredentials } from "./hide-credentials.ts";

/** Whether a node has an image. */
export const PullResult = { Pulled: "Pulled", Failed: "Failed", Pending: "Pending" } as const;

export type PullResult = (typeof PullResult)[keyof typeof PullResult];

/** What a container's status tells of its image. */
export type ContainerPull = {
  readonly result: PullResult;
  /** As the status has it, empty where there is none. */
  readonly reason: string;
  readonly message: string;
  /** Whether kubelet only waits to try again: the failure is the one from before. */
  readonly isBackOff: boolean;
};

/** Nothing is known yet. */
export const NOTHING_KNOWN: ContainerPull = {
  result: PullResult.Pending,
  reason: "",
  message: "",
  isBackOff: false,
};

/** kubelet has not come to the image. (kubernetes, pkg/kubelet/kubelet_pods.go: ContainerCreating, PodInitializing) */
const BEFORE_THE_PULL = new Set(["", "ContainerCreating", "PodInitializing"]);
/**
 * What can only go wrong once the image, and those of the volumes, are there.
 * (kubernetes, pkg/kubelet/kuberuntime/kuberuntime_container.go, startContainer: the pull is its first step)
 */
const AFTER_THE_PULL = new Set([
  "CreateContainerConfigError",
  "PreCreateHookError",
  "CreateContainerError",
  "PreStartHookError",
  "RunContainerError",
  "PostStartHookError",
  "CrashLoopBackOff",
]);

/**
 * Judges one `containerStatuses` item. That its container cannot start, as those of images without a program are meant not
 * to, tells that the image is there. Every other reason to wait is about the pull, also those that kubelet makes up of an
 * error's text, for example where a pull secret is broken.
 */
export function judgeContainer(status: JsonObject): ContainerPull {
  const { state, lastState, imageID } = status;
  const { running, terminated, waiting } = isJsonObject(state) ? state : {};
  const hasStarted = isJsonObject(lastState) && isJsonObject(lastState.terminated);
  if (isJsonObject(running) || isJsonObject(terminated) || hasStarted || textOf(imageID) !== "")
    return pulled("");
  if (!isJsonObject(waiting)) return NOTHING_KNOWN;
  const reason = textOf(waiting.reason);
  if (AFTER_THE_PULL.has(reason)) return pulled(reason);
  return {
    result: BEFORE_THE_PULL.has(reason) ? PullResult.Pending : PullResult.Failed,
    reason: hideCredentials(reason),
    message: hideCredentials(textOf(waiting.message)),
    isBackOff: reason === "ImagePullBackOff",
  };
}

function pulled(reason: string): ContainerPull {
  return { result: PullResult.Pulled, reason, message: "", isBackOff: false };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
