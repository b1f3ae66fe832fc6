import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { type DirectoryWatch, watchDirectory } from "../files/watch-directory.ts";
import { readNamespace, readSecret } from "./manifest-files.ts";
import type { MemoryNamespaceStore } from "./memory-namespace-store.ts";
import type { MemorySecretStore } from "./memory-secret-store.ts";

export type DataDirectoryOptions = {
  readonly path: string;
  readonly secrets: MemorySecretStore;
  readonly namespaces: MemoryNamespaceStore;
  readonly log: Logger;
};

/** A running reader of a data directory. */
export type DataDirectory = {
  /** Reads what changed on disk since the last time, now. */
  scan(): Promise<void>;
  stop(): void;
};

const MANIFEST = /^([^.].*)\.ya?ml$/;

/**
 * Reads `namespaces/<name>.yaml` and `secrets/<namespace>/<name>.yaml` below a directory into the stores, at once and
 * whenever they change. A manifest that cannot be used is logged, and what was read of it before stays.
 */
export async function openDataDirectory(options: DataDirectoryOptions): Promise<DataDirectory> {
  const { path, secrets, namespaces, log } = options;
  let known = new Map<string, string>();
  let scanning: Promise<void> = Promise.resolve();

  function scan(): Promise<void> {
    scanning = scanning.then(readAll).catch((err: unknown) => {
      log.error({ err, path }, "could not read the data directory");
    });
    return scanning;
  }

  async function readAll(): Promise<void> {
    const found = new Map<string, string>();
    for (const file of await listManifests(path)) {
      const text = await readFile(join(path, file), "utf8").catch(() => undefined);
      if (text === undefined) continue; // removed since it was listed
      found.set(file, text);
      if (known.get(file) !== text) load(file, text);
    }
    for (const file of known.keys()) if (!found.has(file)) load(file, undefined);
    known = found;
  }

  function load(file: string, text: string | undefined): void {
    const [kind = "", ...names] = file.replace(/\.ya?ml$/, "").split("/");
    const [first = "", second = ""] = names;
    try {
      if (kind === "namespaces") {
        namespaces.load(first, text === undefined ? undefined : readNamespace(text, first));
      } else {
        secrets.load(first, second, text === undefined ? undefined : readSecret(text, first, second));
      }
    } catch (err) {
      log.error(
        { file: join(path, file), problem: err instanceof Error ? err.message : "" },
        "manifest refused",
      );
    }
  }

  await scan();
  const watch: DirectoryWatch = watchDirectory(path, () => void scan());
  return { scan, stop: () => watch.stop() };
}

async function listManifests(path: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of await listNames(join(path, "namespaces"))) {
    if (MANIFEST.test(name)) files.push(`namespaces/${name}`);
  }
  for (const namespace of await listNames(join(path, "secrets"))) {
    for (const name of await listNames(join(path, "secrets", namespace))) {
      if (MANIFEST.test(name)) files.push(`secrets/${namespace}/${name}`);
    }
  }
  return files;
}

async function listNames(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
