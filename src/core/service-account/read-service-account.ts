import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import type { MountableSecrets } from "./mountable-secrets.ts";

/** What of a ServiceAccount matters to its Pods' pulls. */
export type ServiceAccount = {
  /** The pull secrets that a Pod gets which names none. */
  readonly pullSecrets: readonly string[];
  readonly mountable: MountableSecrets;
};

/** (kubernetes, plugin/pkg/admission/serviceaccount/admission.go: EnforceMountableSecretsAnnotation) */
const ENFORCE = "kubernetes.io/enforce-mountable-secrets";
/** As Go's strconv.ParseBool, which the API server uses. */
const TRUE = new Set<unknown>(["1", "t", "T", "TRUE", "true", "True"]);

/** Reads a ServiceAccount as the API server's admission does. */
export function readServiceAccount({ metadata, imagePullSecrets }: JsonObject): ServiceAccount {
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined;
  const items: readonly unknown[] = Array.isArray(imagePullSecrets) ? imagePullSecrets : [];
  const pullSecrets = items.flatMap((entry) =>
    isJsonObject(entry) && typeof entry.name === "string" ? [entry.name] : [],
  );
  return { pullSecrets, mountable: isEnforcing(annotations) ? new Set(pullSecrets) : "any" };
}

/** Whether a ServiceAccount with these annotations lets its Pods name only the Secrets that it lists. */
export function isEnforcing(annotations: unknown): boolean {
  return isJsonObject(annotations) && TRUE.has(annotations[ENFORCE]);
}
