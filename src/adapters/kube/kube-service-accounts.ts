import type { ServiceAccounts } from "../../core/service-account/mountable-secrets.ts";
import { isEnforcing, readServiceAccount } from "../../core/service-account/read-service-account.ts";
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

/** Remembers of each ServiceAccount whether it enforces, by its metadata; the few that do are asked for their list. */
export function createKubeServiceAccounts(options: KubeServiceAccountsOptions): KubeServiceAccounts {
  const { client, startReflector } = options;
  const enforcing = new Map<string, boolean>();
  const keep = ({ metadata }: KubeObject): void => {
    enforcing.set(`${metadata.namespace}/${metadata.name}`, isEnforcing(metadata.annotations));
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
      const [place, account] = [encodeURIComponent(namespace), encodeURIComponent(name)];
      const path = `/api/v1/namespaces/${place}/serviceaccounts/${account}`;
      try {
        const { body } = await client.send({ method: "GET", path });
        return readServiceAccount(toKubeObject(body)).mountable;
      } catch (error) {
        if (hasStatus(error, 404)) return "any"; // the API server will refuse the Pod, for its own reason
        throw error;
      }
    },
  };
}
