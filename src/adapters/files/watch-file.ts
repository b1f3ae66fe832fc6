import { createHash } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Events of one change come in bursts; this gathers them. */
const SETTLE_MS = 50;
/** The net under file systems that send no events, and under a folder that does not exist yet. */
const POLL_MS = 2_000;
const ABSENT = "absent";

/**
 * Calls back whenever a file's bytes have become others, also when it appears or goes. Follows what kubelet does with
 * mounts (the link `..data` in the file's folder is swapped), and editors (a new file is renamed over the old one).
 * Returns the function that stops it; watching keeps no process alive.
 */
export function watchFile(path: string, onChange: () => void): () => void {
  let seen: string | undefined;
  let settling: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function look(): Promise<void> {
    const found = await digest(path);
    if (isStopped || found === undefined) return;
    const hasChanged = seen !== undefined && found !== seen;
    seen = found;
    if (hasChanged) onChange();
  }

  const lookSoon = (): void => {
    settling ??= setTimeout(() => {
      settling = undefined;
      void look();
    }, SETTLE_MS).unref();
  };
  void look();
  const watcher = tryWatch(dirname(path), lookSoon);
  const polling = setInterval(() => void look(), POLL_MS).unref();
  return () => {
    isStopped = true;
    watcher?.close();
    clearInterval(polling);
    clearTimeout(settling);
  };
}

/** What the content comes to; undefined where it could not be told this time. */
async function digest(path: string): Promise<string | undefined> {
  try {
    return createHash("sha256")
      .update(await readFile(path))
      .digest("base64");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? ABSENT : undefined;
  }
}

function tryWatch(folder: string, onEvent: () => void): FSWatcher | undefined {
  try {
    // An error, such as too many watches, leaves the polling.
    return watch(folder, { persistent: false }, onEvent).on("error", () => undefined);
  } catch {
    return undefined;
  }
}
