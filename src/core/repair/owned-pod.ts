import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { readContainerStates } from "../pod/container-states.ts";
import { findController } from "../pod/find-controller.ts";
import type { Pod } from "../pod/pod.ts";
import { visitImages } from "../pod/pod-images.ts";
import { readPod } from "../pod/read-pod.ts";
import { MIRROR_ANNOTATION } from "../policy/decide.ts";
import { INJECT_KEY } from "../policy/opt-out.ts";

/** The controller of a Pod. */
export type PodOwner = { readonly kind: string; readonly name: string; readonly uid: string };

/** A Pod whose controller makes another one when it goes. */
export type OwnedPod = {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Its `resourceVersion`: whatever kubelet tells of it makes another one. */
  readonly version: string;
  readonly owner: PodOwner;
  /** What of it the decision looks at: a Pod has some kilobytes, and this a hundred bytes. */
  readonly pod: Pod;
  /** The images that its containers wait for in vain; empty where it is not stuck. */
  readonly failing: ReadonlySet<string>;
};

/** A pull that failed, which another pull secret can mend. (kubernetes, pkg/kubelet/images/types.go) */
const PULL_FAILURES = new Set<unknown>(["ErrImagePull", "ImagePullBackOff"]);

/**
 * The controllers that are known to replace a Pod, whatever became of it; a Job counts, and ends some time (job-allowance.ts).
 * Others may take its loss for the end of their work, as a TaskRun of Tekton or a Workflow of Argo does, and a mirror Pod
 * belongs to its Node.
 */
const REPLACING = new Set([
  "apps/ReplicaSet",
  "apps/StatefulSet",
  "apps/DaemonSet",
  "/ReplicationController",
  "batch/Job",
  "apps.kruise.io/CloneSet",
  "apps.kruise.io/StatefulSet",
  "apps.kruise.io/DaemonSet",
]);

const MARKS = [INJECT_KEY, MIRROR_ANNOTATION];

/** Reads a Pod of the API; undefined where it is bare, its controller is another one, or it is on its way out already. */
export function readOwnedPod(object: JsonObject): OwnedPod | undefined {
  const read = readPod(object, "Pod");
  const { metadata } = object;
  if (!read.ok || !isJsonObject(metadata) || isSet(metadata.deletionTimestamp)) return undefined;
  const owner = readOwner(metadata.ownerReferences);
  if (owner === undefined) return undefined;
  const { namespace, name, uid, resourceVersion } = metadata;
  return {
    namespace: String(namespace),
    name: String(name),
    uid: String(uid),
    version: String(resourceVersion),
    owner,
    pod: trim(read.pod),
    failing: readFailing(object),
  };
}

function readOwner(references: unknown): PodOwner | undefined {
  const { apiVersion, kind, name, uid } = findController(references) ?? {};
  const [group, version] = String(apiVersion).split("/");
  if (!REPLACING.has(`${version === undefined ? "" : group}/${kind}`)) return undefined;
  return { kind: String(kind), name: String(name), uid: String(uid) };
}

/** An ephemeral container is none of the owner's: whoever makes the Pod anew makes it without. */
function trim({ metadata, spec }: Pod): Pod {
  const images = new Set<string>();
  visitImages({ ...spec, ephemeralContainers: [] }, (image) => images.add(image));
  const { serviceAccountName = null, imagePullSecrets } = spec;
  return {
    metadata: { labels: pickMarks(metadata?.labels), annotations: pickMarks(metadata?.annotations) },
    spec: {
      serviceAccountName,
      imagePullSecrets: (imagePullSecrets ?? []).map(({ name = null }) => ({ name })),
      containers: [...images].map((image) => ({ image })),
    },
  };
}

function pickMarks(from: Readonly<Record<string, string>> | null | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(from ?? {}).filter(([key]) => MARKS.includes(key)));
}

function readFailing(object: JsonObject): ReadonlySet<string> {
  const failing = readContainerStates(object).filter(
    ({ state: { waiting }, isEphemeral }) =>
      !isEphemeral && isJsonObject(waiting) && PULL_FAILURES.has(waiting.reason),
  );
  return new Set(failing.flatMap(({ images }) => images));
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
