import { DATA_KEY, isManaged, managedLabels } from "../../../core/copy/copy.ts";
import { isJsonObject, type JsonObject } from "../../../core/json/json-object.ts";
import type { Secret } from "../../../core/secret/secret.ts";
import type { KubeObject, ManagedFields } from "../watch/kube-object.ts";

/** By what a release of pullcred knows its own copies. */
export type Signs = {
  /** The field manager with which it applies. */
  readonly manager: string;
  /** Whether a Secret's owners are those of another release. */
  readonly isOthers: (secret: Secret) => boolean;
};

/**
 * A copy as it is kept in memory: without its managed fields, and of a Secret that this release does not manage nothing but
 * that it is there. A copy whose labels were all taken off is known by the field that pullcred applied; so is another
 * release's whose owner was taken off.
 */
export function toCachedCopy(object: KubeObject, { manager, isOthers }: Signs): Secret {
  const secret = toSecret(object);
  const { managedFields = [], ownerReferences = [] } = object.metadata;
  const { data: _, ...bare } = secret;
  const applied = managedFields.filter(isApply);
  const isAppliedHere = applied.some((fields) => fields.manager === manager);
  const isAppliedElsewhere = !isAppliedHere && applied.some(ownsData);
  if (isOthers(secret) || (ownerReferences.length === 0 && isAppliedElsewhere)) return disown(bare);
  if (isManaged(secret)) return secret;
  if (!applied.some((fields) => fields.manager === manager && ownsData(fields))) return bare;
  return { ...bare, metadata: { ...bare.metadata, labels: { ...bare.metadata.labels, ...managedLabels } } };
}

/** A Secret of pullcred's own namespace, whose data is read whoever has made it. */
export function toOwnSecret(object: KubeObject, { isOthers }: Signs): Secret {
  const secret = toSecret(object);
  return isOthers(secret) ? disown(secret) : secret;
}

/** Without the labels by which it would count as managed here. */
function disown({ metadata: { labels: _, ...metadata }, ...secret }: Secret): Secret {
  return { ...secret, metadata };
}

/** Others are none of pullcred's business, and kubectl's last-applied-configuration holds the whole Secret once more. */
const OWN_ANNOTATIONS = "pullcred.dev/";

/** A Secret with all that pullcred reads of one. */
export function toSecret(object: KubeObject): Secret {
  const {
    name,
    namespace = "",
    uid,
    resourceVersion,
    labels,
    annotations,
    ownerReferences,
  } = object.metadata;
  const own = Object.entries(annotations ?? {}).filter(([key]) => key.startsWith(OWN_ANNOTATIONS));
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      ...(labels && { labels }),
      ...(own.length > 0 && { annotations: Object.fromEntries(own) }),
      ...(ownerReferences && { ownerReferences }),
    },
    ...(typeof object.type === "string" && { type: object.type }),
    ...(object.immutable === true && { immutable: true }),
    ...(isJsonObject(object.data) && { data: object.data as Readonly<Record<string, string>> }),
  };
}

/** Whether somebody else than this manager has set the data as well: then it was theirs before it was ours. */
export function isSharedWithOthers({ metadata }: KubeObject, manager: string): boolean {
  return (metadata.managedFields ?? []).some(
    (fields) => !(isApply(fields) && fields.manager === manager) && ownsData(fields),
  );
}

function isApply({ operation }: ManagedFields): boolean {
  return operation === "Apply";
}

function ownsData({ fieldsV1 }: ManagedFields): boolean {
  const data: unknown = (fieldsV1 as JsonObject | undefined)?.["f:data"];
  return isJsonObject(data) && `f:${DATA_KEY}` in data;
}
