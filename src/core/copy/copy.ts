import type { Redacted } from "../credential/redacted.ts";
import type { OwnerReference, Secret } from "../secret/secret.ts";

const MANAGED_BY = "app.kubernetes.io/managed-by";
/** The value of the managed-by label, and the field manager of server-side apply. */
export const MANAGER = "pullcred";
const REGISTRY = "pullcred.dev/registry";
/** The one key of a copy's data. */
export const DATA_KEY = ".dockerconfigjson";

/** What of a mapping its copies depend on. */
export type CopyTemplate = { readonly name: string; readonly secretName: string };

/** What an origin says of its credential. Copies need none. */
export type Annotations = Readonly<Record<string, string>>;

/** The type of every copy. (https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets) */
export const PULL_SECRET_TYPE = "kubernetes.io/dockerconfigjson";

/** Builds the copy for a namespace. It carries nothing of the origin's own metadata: GitOps tools would prune it. */
export function buildCopy(
  mapping: CopyTemplate,
  namespace: string,
  dockerConfigJson: Redacted,
  owner?: OwnerReference,
  annotations?: Annotations,
): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: mapping.secretName,
      namespace,
      labels: { [MANAGED_BY]: MANAGER, [REGISTRY]: mapping.name },
      ...(annotations !== undefined && { annotations }),
      ...(owner !== undefined && { ownerReferences: [owner] }),
    },
    type: PULL_SECRET_TYPE,
    data: { [DATA_KEY]: dockerConfigJson.reveal() },
  };
}

/**
 * Whether pullcred made this Secret and may therefore replace or delete it: it carries one of the labels. That one of them
 * was taken off is drift, and no reason to disown it.
 */
export function isManaged(secret: Secret): boolean {
  const { labels } = secret.metadata;
  return labels !== undefined && (labels[MANAGED_BY] === MANAGER || labels[REGISTRY] !== undefined);
}

/** The name of the mapping that a managed Secret was made for, as its label tells. */
export function registryOf({ metadata }: Secret): string | undefined {
  return metadata.labels?.[REGISTRY];
}

/** Whether a managed Secret was made for this mapping. */
export function isOfMapping(secret: Secret, mapping: CopyTemplate): boolean {
  return registryOf(secret) === mapping.name;
}

/** The labels that make a Secret count as managed, for a store that knows by other signs that pullcred wrote it. */
export const managedLabels: Readonly<Record<string, string>> = { [MANAGED_BY]: MANAGER };

/** Whether a managed Secret already is the copy that `buildCopy` would make. */
export function isCurrent(
  secret: Secret,
  mapping: CopyTemplate,
  dockerConfigJson: Redacted,
  owner?: OwnerReference,
  annotations: Annotations = {},
): boolean {
  const { metadata, type, data } = secret;
  return (
    data?.[DATA_KEY] === dockerConfigJson.reveal() &&
    Object.entries(annotations).every(([key, value]) => metadata.annotations?.[key] === value) &&
    isOfMapping(secret, mapping) &&
    metadata.labels?.[MANAGED_BY] === MANAGER &&
    type === PULL_SECRET_TYPE &&
    (owner === undefined || (metadata.ownerReferences?.some(({ uid }) => uid === owner.uid) ?? false))
  );
}
