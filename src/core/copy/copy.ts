import type { Redacted } from "../credential/redacted.ts";
import type { Secret } from "../secret/secret.ts";

const MANAGED_BY = "app.kubernetes.io/managed-by";
const MANAGER = "pullcred";
const REGISTRY = "pullcred.dev/registry";
const DATA_KEY = ".dockerconfigjson";

/** What of a mapping its copies depend on. */
export type CopyTemplate = { readonly name: string; readonly secretName: string };

/** The type of every copy. (https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets) */
export const PULL_SECRET_TYPE = "kubernetes.io/dockerconfigjson";

/** Builds the copy for a namespace. It carries nothing of the origin's own metadata: GitOps tools would prune it. */
export function buildCopy(mapping: CopyTemplate, namespace: string, dockerConfigJson: Redacted): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: mapping.secretName,
      namespace,
      labels: { [MANAGED_BY]: MANAGER, [REGISTRY]: mapping.name },
    },
    type: PULL_SECRET_TYPE,
    data: { [DATA_KEY]: dockerConfigJson.reveal() },
  };
}

/** Whether pullcred made this Secret and may therefore replace or delete it. */
export function isManaged(secret: Secret): boolean {
  return secret.metadata.labels?.[MANAGED_BY] === MANAGER && registryOf(secret) !== undefined;
}

/** The name of the mapping that a copy belongs to. */
export function registryOf(secret: Secret): string | undefined {
  return secret.metadata.labels?.[REGISTRY];
}

/** Whether a managed Secret already is the copy that `buildCopy` would make. */
export function isCurrent(secret: Secret, mapping: CopyTemplate, dockerConfigJson: Redacted): boolean {
  return (
    registryOf(secret) === mapping.name &&
    secret.type === PULL_SECRET_TYPE &&
    secret.data?.[DATA_KEY] === dockerConfigJson.reveal()
  );
}
