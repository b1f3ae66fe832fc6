import { createHash } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { oneAtATime } from "./one-at-a-time.ts";

/** Events of one change come in bursts; this gathers them. */
const SETTLE_MS = 50;
/** The net under file systems that send no events, and under a folder that does not exist yet. */
const POLL_MS = 2_000;
const ABSENT = "absent";

/**
 * Calls back whenever a file's bytes have become others, also when it appears, goes, or can no longer be read. Follows
 * what kubelet does with mounts (the link `..data` in the file's folder is swapped), and editors (a new file is renamed
 * over the old one). `loaded` is the content that the caller works with: whatever differs from it is a change, also one
 * from before the watch. Without it, what is there first is the start. Returns the function that stops it; watching keeps
 * no process alive.
 */
export function watchFile(path: string, onChange: () => void, loaded?: string | Uint8Array): () => void {
  let seen = loaded === undefined ? undefined : digest(loaded);
  let settling: NodeJS.Timeout | undefined;
  let isStopped = false;

  const look = oneAtATime(async () => {
    const found = await readState(path);
    if (isStopped) return;
    const hasChanged = seen !== undefined && found !== seen;
    seen = found;
    if (hasChanged) onChange();
  });

  const lookSoon = (): void => {
    settling ??= setTimeout(() => {
      settling = undefined;
      look();
    }, SETTLE_MS).unref();
  };
  const watcher = tryWatch(dirname(path), lookSoon);
  const polling = setInterval(look, POLL_MS).unref();
  look();
  return () => {
    isStopped = true;
    watcher?.close();
    clearInterval(polling);
    clearTimeout(settling);
  };
}

function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("base64");
}

/** What the file comes to: its content's digest, or why there is none. */
async function readState(path: string): Promise<string> {
  try {
    return digest(await readFile(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? ABSENT : `unreadable:${code}`;
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
