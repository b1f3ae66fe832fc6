import { isJsonObject } from "../../core/json/json-object.ts";
import type { MountableSecrets, ServiceAccounts } from "../../core/service-account/mountable-secrets.ts";
import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { type KubeObject, toKubeObject } from "./watch/kube-object.ts";
import type { Reflector, StartReflector } from "./watch/reflector.ts";

export type KubeServiceAccountsOptions = {
  readonly client: KubeClient;
  readonly startReflector: StartReflector;
};

/** The ServiceAccounts of a cluster. */
export type KubeServiceAccounts = ServiceAccounts & { readonly reflector: Reflector };

/** (kubernetes, plugin/pkg/admission/serviceaccount/admission.go: EnforceMountableSecretsAnnotation) */
const ENFORCE = "kubernetes.io/enforce-mountable-secrets";

/** Remembers of each ServiceAccount whether it enforces, by its metadata; the few that do are asked for their list. */
export function createKubeServiceAccounts(options: KubeServiceAccountsOptions): KubeServiceAccounts {
  const { client, startReflector } = options;
  const enforcing = new Map<string, boolean>();
  const keep = ({ metadata }: KubeObject): void => {
    enforcing.set(`${metadata.namespace}/${metadata.name}`, isEnforcing(metadata.annotations?.[ENFORCE]));
  };

  const reflector = startReflector({
    collection: { path: "/api/v1/serviceaccounts", metadataOnly: true },
    onList(items) {
      enforcing.clear();
      for (const item of items) keep(item);
    },
    onChange(object, isDeleted) {
      if (isDeleted) enforcing.delete(`${object.metadata.namespace}/${object.metadata.name}`);
      else keep(object);
    },
  });

  return {
    reflector,
    peek: (namespace, name) => (enforcing.get(`${namespace}/${name}`) === false ? "any" : undefined),
    async get(namespace, name) {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
      try {
        const { body } = await client.send({ method: "GET", path });
        return readMountable(toKubeObject(body));
      } catch (error) {
        if (hasStatus(error, 404)) return "any"; // the API server will refuse the Pod, for its own reason
        throw error;
      }
    },
  };
}

function readMountable({ metadata, imagePullSecrets }: KubeObject): MountableSecrets {
  if (!isEnforcing(metadata.annotations?.[ENFORCE])) return "any";
  const names = (Array.isArray(imagePullSecrets) ? imagePullSecrets : []).flatMap((entry: unknown) =>
    isJsonObject(entry) && typeof entry.name === "string" ? [entry.name] : [],
  );
  return new Set(names);
}

/** As Go's strconv.ParseBool, which the API server uses. */
function isEnforcing(value: string | undefined): boolean {
  return value !== undefined && ["1", "t", "T", "TRUE", "true", "True"].includes(value);
}
