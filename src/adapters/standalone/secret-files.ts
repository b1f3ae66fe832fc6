import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { StoreError, StoreErrorCode } from "../../core/secret/store-error.ts";
import type { SecretPersistence } from "./memory-secret-store.ts";

/** The file of a Secret below the data directory. */
export function secretFile(dataDir: string, namespace: string, name: string): string {
  return join(dataDir, "secrets", namespace, `${name}.yaml`);
}

/** Writes Secrets as manifests below the data directory: whole or not at all, readable by the owner only. */
export function secretFiles(dataDir: string): SecretPersistence {
  return {
    async write(secret) {
      const file = secretFile(dataDir, secret.metadata.namespace, secret.metadata.name);
      // A hidden name, which the reader of the directory passes over.
      const draft = join(dirname(file), `.${randomUUID()}`);
      try {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(draft, stringify(secret), { mode: 0o600, flush: true });
        await rename(draft, file);
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw new StoreError(StoreErrorCode.Unavailable, `could not write ${file}`, { cause });
      }
    },
    async remove(namespace, name) {
      const file = secretFile(dataDir, namespace, name);
      await rm(file, { force: true }).catch((cause: unknown) => {
        throw new StoreError(StoreErrorCode.Unavailable, `could not remove ${file}`, { cause });
      });
    },
  };
}
