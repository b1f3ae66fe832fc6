import { DATA_KEY, isManaged, MANAGER, managedLabels } from "../../../core/copy/copy.ts";
import { isJsonObject, type JsonObject } from "../../../core/json/json-object.ts";
import type { Secret } from "../../../core/secret/secret.ts";
import type { KubeObject, ManagedFields } from "../watch/kube-object.ts";

/**
 * A copy as it is kept in memory: without its managed fields, and of a Secret that pullcred does not manage nothing but
 * that it is there. A copy whose labels were all taken off is known by the field that pullcred applied.
 */
export function toCachedCopy(object: KubeObject): Secret {
  const secret = toSecret(object);
  const { managedFields = [] } = object.metadata;
  if (isManaged(secret)) return secret;
  const { data: _, ...bare } = secret;
  if (!managedFields.some((fields) => isApplied(fields) && ownsData(fields))) return bare;
  return { ...bare, metadata: { ...bare.metadata, labels: { ...bare.metadata.labels, ...managedLabels } } };
}

/** A Secret with all that pullcred reads of one. */
export function toSecret(object: KubeObject): Secret {
  const { name, namespace = "", uid, resourceVersion, labels, ownerReferences } = object.metadata;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      ...(labels && { labels }),
      ...(ownerReferences && { ownerReferences }),
    },
    ...(typeof object.type === "string" && { type: object.type }),
    ...(isJsonObject(object.data) && { data: object.data as Readonly<Record<string, string>> }),
  };
}

/** Whether somebody else than pullcred has set the data as well: then it was theirs before it was ours. */
export function isSharedWithOthers({ metadata }: KubeObject): boolean {
  return (metadata.managedFields ?? []).some((fields) => !isApplied(fields) && ownsData(fields));
}

function isApplied({ manager, operation }: ManagedFields): boolean {
  return manager === MANAGER && operation === "Apply";
}

function ownsData({ fieldsV1 }: ManagedFields): boolean {
  const data: unknown = (fieldsV1 as JsonObject | undefined)?.["f:data"];
  return isJsonObject(data) && `f:${DATA_KEY}` in data;
}
