import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { Secret } from "../../core/secret/secret.ts";
import { StoreError, StoreErrorCode } from "../../core/secret/store-error.ts";
import { explainReadError } from "../files/explain-read-error.ts";
import { ManifestError, readSecret } from "./manifest-files.ts";
import type { SecretPersistence } from "./memory-secret-store.ts";

/** The file of a Secret below the data directory. */
export function secretFile(dataDir: string, namespace: string, name: string): string {
  return join(dataDir, "secrets", namespace, `${name}.yaml`);
}

/** A manifest that cannot be used still stands there: somebody else's Secret of which nothing is known. */
export function unreadableSecret(namespace: string, name: string): Secret {
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace } };
}

/** The Secret of a file; undefined where there is none. Throws a `ManifestError` where the manifest cannot be used. */
export async function readSecretFile(
  dataDir: string,
  namespace: string,
  name: string,
): Promise<Secret | undefined> {
  const file = secretFile(dataDir, namespace, name);
  try {
    return readSecret(await readFile(file, "utf8"), namespace, name);
  } catch (cause) {
    if (cause instanceof ManifestError) throw cause;
    if (isAbsence(cause)) return undefined;
    const message = `could not read ${file}: ${explainReadError(cause)}`;
    throw new StoreError(StoreErrorCode.Unavailable, message, { cause });
  }
}

/** Writes Secrets as manifests below the data directory: whole or not at all, readable by the owner only. */
export function secretFiles(dataDir: string): SecretPersistence {
  return {
    async read(namespace, name) {
      try {
        return await readSecretFile(dataDir, namespace, name);
      } catch (error) {
        if (error instanceof ManifestError) return unreadableSecret(namespace, name);
        throw error;
      }
    },
    async write(secret, isNew) {
      const file = secretFile(dataDir, secret.metadata.namespace, secret.metadata.name);
      // A hidden name, which the reader of the directory passes over.
      const draft = join(dirname(file), `.${randomUUID()}`);
      try {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(draft, stringify(secret), { mode: 0o600, flush: true });
        if (isNew)
          await link(draft, file); // fails where there is a file, which a rename would replace
        else await rename(draft, file);
      } catch (cause) {
        const { code, syscall } = cause as NodeJS.ErrnoException;
        const isTaken = code === "EEXIST" && syscall === "link";
        throw new StoreError(
          isTaken ? StoreErrorCode.Conflict : StoreErrorCode.Unavailable,
          `could not write ${file}`,
          { cause },
        );
      } finally {
        await rm(draft, { force: true }).catch(() => undefined);
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

function isAbsence(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
