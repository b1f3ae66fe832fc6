import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { explainReadError } from "../../adapters/files/explain-read-error.ts";
import { ManifestError, readNamespace } from "../../adapters/standalone/manifest-files.ts";
import { readSecretFile, secretFile } from "../../adapters/standalone/secret-files.ts";
import { PullcredError } from "../../core/error.ts";
import { bareNamespace, type Namespace } from "../../core/namespace/namespace.ts";
import type { Pod } from "../../core/pod/pod.ts";
import type { Secret } from "../../core/secret/secret.ts";
import { StoreError } from "../../core/secret/store-error.ts";

/** Where `verify` finds Secrets and namespaces. It only reads. */
export type VerifyPlace = {
  /** Whether every mapping has an origin here, so that no cloud and no plugin has to be asked. */
  readonly hasOrigins: boolean;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
  namespace(name: string): Promise<Namespace>;
  /** The Pods of a namespace, or of all. */
  pods(namespace: string | undefined): AsyncIterable<{ readonly pod: Pod; readonly namespace: Namespace }>;
  close(): void;
};

/** Neither a cluster nor a directory: for configurations whose credentials are in files. */
export function openNowhere(): VerifyPlace {
  return {
    hasOrigins: false,
    secret: async () => undefined,
    namespace: async (name) => bareNamespace(name),
    pods: noPods,
    close: () => undefined,
  };
}

/** The directory of a standalone server. */
export async function openDirectory(path: string): Promise<VerifyPlace> {
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) {
    throw new PullcredError("WrongUse", `could not use --data-dir ${path}: there is no such directory`);
  }
  return {
    ...openNowhere(),
    secret: (namespace, name) =>
      readSecretFile(path, namespace, name).catch(tellManifest(secretFile(path, namespace, name))),
    namespace: (name) => readNamespaceFile(path, name),
  };
}

async function readNamespaceFile(path: string, name: string): Promise<Namespace> {
  const file = join(path, "namespaces", `${name}.yaml`);
  try {
    return readNamespace(await readFile(file, "utf8"), name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return bareNamespace(name);
    return tellManifest(file)(cause);
  }
}

/** Nobody at the command line reads the log in which a server tells of such a file. */
function tellManifest(file: string): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof StoreError) throw cause; // names the file itself
    const problem = cause instanceof ManifestError ? cause.message : explainReadError(cause);
    throw new PullcredError("FileUnreadable", `could not use ${file}: ${problem}`, { cause });
  };
}

async function* noPods(): AsyncGenerator<never> {
  yield* [];
}
