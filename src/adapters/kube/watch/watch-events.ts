import { isJsonObject } from "../../../core/json/json-object.ts";
import type { Clock } from "../../../core/time/clock.ts";
import { ApiError } from "../client/api-error.ts";
import type { KubeClient } from "../client/kube-client.ts";
import { type KubeObject, toKubeObject } from "./kube-object.ts";
import { acceptOf, type Collection, selectorOf } from "./list-objects.ts";

/** One event of a watch; a bookmark only tells how far the watch has come. */
export type WatchEvent = {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: KubeObject;
};

export type WatchOptions = {
  readonly client: KubeClient;
  readonly collection: Collection;
  /** The events after this one are sent. */
  readonly resourceVersion: string;
  /** The API server ends the watch after so many seconds. */
  readonly seconds: number;
  /** A watch that is silent for longer, in milliseconds, counts as dead and ends here. */
  readonly longestSilence: number;
  readonly onSilence: () => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/**
 * Yields the events of one watch until the API server ends it, it falls silent, or the signal ends it. Throws an
 * `ApiError` where the server refuses, with status 410 where the events since the version are no longer there.
 */
export async function* watchEvents(options: WatchOptions): AsyncIterable<WatchEvent> {
  const { client, collection, clock, longestSilence, onSilence } = options;
  if (options.signal.aborted) return; // it would never tell its listeners
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const giveUp = (): void => {
    onSilence();
    end();
  };
  options.signal.addEventListener("abort", end, { once: true });
  let cancel = clock.after(longestSilence, giveUp);
  try {
    const lines = client.stream(
      {
        path: collection.path,
        accept: acceptOf(collection, "PartialObjectMetadata"),
        query: {
          ...selectorOf(collection),
          watch: "true",
          allowWatchBookmarks: "true",
          resourceVersion: options.resourceVersion,
          timeoutSeconds: String(options.seconds),
        },
      },
      ending.signal,
    );
    for await (const line of lines) {
      cancel();
      cancel = clock.after(longestSilence, giveUp);
      yield toWatchEvent(line);
    }
  } finally {
    cancel();
    options.signal.removeEventListener("abort", end);
  }
}

function toWatchEvent(line: unknown): WatchEvent {
  if (!isJsonObject(line)) throw new Error("the watch sent something else than an event");
  if (line.type === "ERROR") {
    const { code, reason } = isJsonObject(line.object) ? line.object : {};
    throw new ApiError("the watch was ended with an error", {
      status: typeof code === "number" ? code : 500,
      ...(typeof reason === "string" && { reason }),
    });
  }
  return { type: line.type as WatchEvent["type"], object: toKubeObject(line.object) };
}
