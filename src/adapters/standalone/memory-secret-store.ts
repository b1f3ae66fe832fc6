import { isManaged } from "../../core/copy/copy.ts";
import type { Secret } from "../../core/secret/secret.ts";
import type { SecretStore } from "../../core/secret/secret-store.ts";

/** Where a store keeps what pullcred writes, beside memory. A rejection leaves memory as it was. */
export type SecretPersistence = {
  write(secret: Secret): Promise<void>;
  remove(namespace: string, name: string): Promise<void>;
};

/** A `SecretStore` whose content others may also load. */
export type MemorySecretStore = SecretStore & {
  /** Takes what was found outside as the truth: undefined where there is no such Secret any more. */
  load(namespace: string, name: string, secret: Secret | undefined): void;
};

/** Keeps Secrets in memory, and where a persistence is given, there too. */
export function createMemorySecretStore(persistence?: SecretPersistence): MemorySecretStore {
  const secrets = new Map<string, Secret>();
  const listeners = new Set<(namespace: string, name: string) => void>();

  function load(namespace: string, name: string, secret: Secret | undefined): void {
    if (secret === undefined) secrets.delete(`${namespace}/${name}`);
    else secrets.set(`${namespace}/${name}`, secret);
    for (const listener of listeners) listener(namespace, name);
  }

  return {
    load,
    peek: (namespace, name) => secrets.get(`${namespace}/${name}`),
    get: async (namespace, name) => secrets.get(`${namespace}/${name}`),
    async apply(secret) {
      await persistence?.write(secret);
      load(secret.metadata.namespace, secret.metadata.name, secret);
    },
    async delete(namespace, name) {
      await persistence?.remove(namespace, name);
      load(namespace, name, undefined);
    },
    listManaged: async () => [...secrets.values()].filter(isManaged),
    watch(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}
