import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ManifestError, readNamespace } from "../../adapters/standalone/manifest-files.ts";
import { secretFiles } from "../../adapters/standalone/secret-files.ts";
import { PullcredError } from "../../core/error.ts";
import { bareNamespace, type Namespace } from "../../core/namespace/namespace.ts";
import type { Pod } from "../../core/pod/pod.ts";
import type { Secret } from "../../core/secret/secret.ts";

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
    secret: secretFiles(path).read,
    namespace: (name) => readNamespaceFile(path, name),
  };
}

async function readNamespaceFile(path: string, name: string): Promise<Namespace> {
  const file = join(path, "namespaces", `${name}.yaml`);
  try {
    return readNamespace(await readFile(file, "utf8"), name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return bareNamespace(name);
    const problem = cause instanceof ManifestError ? cause.message : "it cannot be read";
    throw new PullcredError("FileUnreadable", `could not use ${file}: ${problem}`, { cause });
  }
}

async function* noPods(): AsyncGenerator<never> {
  yield* [];
}
