import { type FSWatcher, watch } from "node:fs";

/** A running watch. */
export type DirectoryWatch = { stop(): void };

/** Events of one change come in bursts; this gathers them. */
const SETTLE_MS = 50;
/** The net under file systems that send no events. */
const POLL_MS = 2_000;

/** Calls back soon after anything below a directory may have changed, and every few seconds in any case. */
export function watchDirectory(path: string, onChange: () => void): DirectoryWatch {
  let settling: NodeJS.Timeout | undefined;
  const polling = setInterval(onChange, POLL_MS).unref();
  const watcher = tryWatch(path, () => {
    settling ??= setTimeout(() => {
      settling = undefined;
      onChange();
    }, SETTLE_MS).unref();
  });
  return {
    stop() {
      watcher?.close();
      clearInterval(polling);
      clearTimeout(settling);
    },
  };
}

function tryWatch(path: string, onEvent: () => void): FSWatcher | undefined {
  try {
    // Errors, such as too many watches, leave the polling.
    return watch(path, { recursive: true, persistent: false }, onEvent).on("error", () => undefined);
  } catch {
    return undefined;
  }
}
