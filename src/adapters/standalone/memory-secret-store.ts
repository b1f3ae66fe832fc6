import { isManaged } from "../../core/copy/copy.ts";
import type { Secret } from "../../core/secret/secret.ts";
import { createSecretMap } from "../../core/secret/secret-map.ts";
import type { SecretStore } from "../../core/secret/secret-store.ts";
import { StoreError, StoreErrorCode } from "../../core/secret/store-error.ts";

/** Where a store keeps what pullcred writes, beside memory. A rejection leaves memory as it was. */
export type SecretPersistence = {
  /** What stands there now. */
  read(namespace: string, name: string): Promise<Secret | undefined>;
  /** Rejects with a `StoreError` of code `Conflict` where `isNew`, and there is one already. */
  write(secret: Secret, isNew: boolean): Promise<void>;
  remove(namespace: string, name: string): Promise<void>;
};

/** A `SecretStore` whose content others may also load. */
export type MemorySecretStore = SecretStore & {
  /** Takes what was found outside as the truth: undefined where there is no such Secret any more. */
  load(namespace: string, name: string, secret: Secret | undefined): void;
};

/** Keeps Secrets in memory, and where a persistence is given, there too. */
export function createMemorySecretStore(persistence?: SecretPersistence): MemorySecretStore {
  const secrets = createSecretMap();
  const listeners = new Set<(namespace: string, name: string) => void>();

  function load(namespace: string, name: string, secret: Secret | undefined): void {
    if (secret === undefined) secrets.delete(namespace, name);
    else secrets.set(secret);
    for (const listener of listeners) listener(namespace, name);
  }

  async function look(namespace: string, name: string): Promise<Secret | undefined> {
    if (persistence !== undefined) {
      const found = await persistence.read(namespace, name);
      load(namespace, name, found);
    }
    return secrets.get(namespace, name);
  }

  /** What was seen may be old: nobody else's Secret is replaced or deleted for that. */
  async function refuseForeign(namespace: string, name: string): Promise<void> {
    const present = await look(namespace, name);
    if (present === undefined || isManaged(present)) return;
    throw new StoreError(StoreErrorCode.Conflict, `Secret ${namespace}/${name} is not managed by pullcred`);
  }

  return {
    load,
    list: secrets.list,
    peek: secrets.get,
    get: async (namespace, name) => secrets.get(namespace, name),
    look,
    async apply(secret, seen) {
      const { namespace, name } = secret.metadata;
      // A persistence finds by itself that something is there where nothing was seen.
      if (seen !== undefined || persistence === undefined) await refuseForeign(namespace, name);
      await persistence?.write(secret, seen === undefined);
      load(namespace, name, secret);
    },
    async delete({ metadata: { namespace, name } }) {
      await refuseForeign(namespace, name);
      await persistence?.remove(namespace, name);
      load(namespace, name, undefined);
    },
    watch(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}
