import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { type DirectoryWatch, watchDirectory } from "../files/watch-directory.ts";
import { readNamespace, readSecret } from "./manifest-files.ts";
import type { MemoryNamespaceStore } from "./memory-namespace-store.ts";
import type { MemorySecretStore } from "./memory-secret-store.ts";
import { unreadableSecret } from "./secret-files.ts";

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
  /** Told once. */
  const unreadable = new Set<string>();
  let scanning: Promise<void> = Promise.resolve();

  function scan(): Promise<void> {
    scanning = scanning.then(readAll).catch((err: unknown) => {
      log.error({ err, path }, "could not read the data directory");
    });
    return scanning;
  }

  async function readAll(): Promise<void> {
    const found = new Map<string, string>();
    const written = secrets.list(); // before the look: what is written meanwhile is no file that went
    for (const file of await listManifests(path)) {
      const text = await readManifest(file);
      if (text === undefined) continue;
      found.set(file, text);
      if (known.get(file) !== text) load(file, text);
    }
    for (const file of known.keys()) {
      if (file.startsWith("namespaces/") && !found.has(file)) load(file, undefined);
    }
    // What pullcred wrote itself was never read here, and can be deleted all the same.
    for (const { metadata } of written) {
      const stem = `secrets/${metadata.namespace}/${metadata.name}`;
      if (!found.has(`${stem}.yaml`) && !found.has(`${stem}.yml`)) load(`${stem}.yaml`, undefined);
    }
    known = found;
  }

  /** The text of a manifest, as it was before where it cannot be read now; undefined where it is gone since the listing. */
  async function readManifest(file: string): Promise<string | undefined> {
    try {
      const text = await readFile(join(path, file), "utf8");
      unreadable.delete(file);
      return text;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return undefined;
      const before = known.get(file);
      if (!unreadable.has(file)) {
        log.error({ file: join(path, file), problem: `it cannot be read: ${code}` }, "manifest refused");
      }
      unreadable.add(file);
      return before ?? "";
    }
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
      const isKnown = kind !== "secrets" || secrets.peek(first, second) !== undefined;
      if (!isKnown) secrets.load(first, second, unreadableSecret(first, second));
      if (unreadable.has(file)) return; // told already
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
