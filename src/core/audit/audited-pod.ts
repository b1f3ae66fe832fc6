import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { readContainerStates } from "../pod/container-states.ts";
import { findController } from "../pod/find-controller.ts";
import type { Pod } from "../pod/pod.ts";
import { readPod } from "../pod/read-pod.ts";
import type { ServiceAccount } from "../service-account/read-service-account.ts";

/** A Pod with what its audit needs beside its specification. */
export type AuditedPod = {
  readonly pod: Pod;
  readonly namespace: string;
  readonly name: string;
  readonly owner: string | null;
  /** Whether it is the template of a workload's Pods. */
  readonly isTemplate: boolean;
  /** Whether it was made already, so that its pull secrets are what they are; else the webhook is yet to see it. */
  readonly isMade: boolean;
  /** Whether its pull secrets are those of its ServiceAccount, which its manifest does not name. */
  readonly hasAccountSecrets: boolean;
  /** The images that a container waits for in vain. */
  readonly failing: ReadonlySet<string>;
  /** The images of running containers that kubelet did not have to pull. */
  readonly cached: ReadonlySet<string>;
};

/** (kubernetes, pkg/kubelet/images/types.go) */
const FAILURES = new Set<unknown>(["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull"]);
const FROM_CACHE = new Set<unknown>(["IfNotPresent", "Never"]);
const NONE: ReadonlySet<string> = new Set();

/** Reads a Pod as the API gives it; the problem continues a sentence that starts with the Pod. */
export function readAuditedPod(
  object: JsonObject,
  fallback: string,
): { readonly ok: true; readonly pod: AuditedPod } | { readonly ok: false; readonly problem: string } {
  const read = readPod(object, "Pod");
  if (!read.ok) return read;
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  const { namespace, name, generateName, ownerReferences, uid } = metadata;
  const states = readStates(object);
  return {
    ok: true,
    pod: {
      pod: read.pod,
      namespace: textOr(namespace, fallback),
      name: textOr(name, textOr(generateName, "")),
      owner: findOwner(ownerReferences),
      isTemplate: false,
      isMade: uid !== undefined,
      hasAccountSecrets: false,
      failing: states.failing,
      cached: states.cached,
    },
  };
}

/** The template of a workload, as a Pod that is yet to be made. */
export function templatePod(pod: Pod, namespace: string, kind: string, name: string): AuditedPod {
  const owner = `${kind}/${name}`;
  const known = { pod, namespace, name, owner, failing: NONE, cached: NONE };
  return { ...known, isTemplate: true, isMade: false, hasAccountSecrets: false };
}

/**
 * The Pod as its ServiceAccount makes it: the API server gives the account's pull secrets to a Pod that names none, before
 * any webhook sees it.
 */
export function withServiceAccount(audited: AuditedPod, { pullSecrets }: ServiceAccount): AuditedPod {
  const { pod, isMade } = audited;
  const { imagePullSecrets } = pod.spec;
  if (isMade || pullSecrets.length === 0 || (imagePullSecrets ?? []).length > 0) return audited;
  const spec = { ...pod.spec, imagePullSecrets: pullSecrets.map((name) => ({ name })) };
  return { ...audited, pod: { ...pod, spec }, hasAccountSecrets: true };
}

function findOwner(references: unknown): string | null {
  const owner = findController(references);
  return owner === undefined ? null : `${String(owner.kind)}/${String(owner.name)}`;
}

function readStates(object: JsonObject): Pick<AuditedPod, "failing" | "cached"> {
  const failing = new Set<string>();
  const cached = new Set<string>();
  for (const { container, state, images } of readContainerStates(object)) {
    const { waiting, running } = state;
    const { image, imagePullPolicy } = container;
    if (isJsonObject(waiting) && FAILURES.has(waiting.reason)) for (const one of images) failing.add(one);
    if (isJsonObject(running) && FROM_CACHE.has(imagePullPolicy) && typeof image === "string")
      cached.add(image);
  }
  return { failing, cached };
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === "string" && value !== "" ? value : fallback;
}
