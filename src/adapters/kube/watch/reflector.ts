import type { Logger } from "pino";
import type { Clock } from "../../../core/time/clock.ts";
import { ApiError, hasStatus } from "../client/api-error.ts";
import type { KubeClient } from "../client/kube-client.ts";
import type { KubeObject } from "./kube-object.ts";
import { type Collection, type IsKept, listObjects } from "./list-objects.ts";
import { watchEvents } from "./watch-events.ts";

export type ReflectorOptions = {
  readonly client: KubeClient;
  readonly collection: Collection;
  /** The whole collection as it was at a resource version: what is not in it was not there then. */
  readonly onList: (items: readonly KubeObject[], version: string) => void;
  /** Of what a list holds, only this; default: everything. Changes are told of every object. */
  readonly isKept?: IsKept;
  /** `isNew` where the object has come into the collection just now. */
  readonly onChange: (object: KubeObject, isDeleted: boolean, isNew: boolean) => void;
  /** There is no right to it, or none any more. A list follows when there is. */
  readonly onForbidden?: () => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

/** What is to be followed, and who is told. */
export type Reflected = Pick<
  ReflectorOptions,
  "collection" | "onList" | "isKept" | "onChange" | "onForbidden"
>;

/** Starts a reflector with everything else in place. */
export type StartReflector = (reflected: Reflected) => Reflector;

/** A collection that is followed. */
export type Reflector = {
  /** Whether a list has come, so that what is absent from the cache was absent from the cluster. */
  isSynced(): boolean;
  /** Resolves when the first list has come, or was refused. */
  readonly tried: Promise<void>;
  /** Whether the API server has said at last that there is no right to it. */
  isForbidden(): boolean;
  /** When the API server was last heard of, in the clock's milliseconds. */
  heardAt(): number;
  stop(): void;
};

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
/** Bookmarks come about every minute. (kube-apiserver, watch cache: bookmarkFrequency) */
const LONGEST_SILENCE_MS = 150_000;
/** A watch that was ended sooner than that is begun anew as if it had failed. */
const SHORT_WATCH_MS = 1_000;
/** The API server ends a watch after 5 to 10 minutes, so that they spread over its replicas. */
const WATCH_SECONDS = 300;

/**
 * Keeps a picture of a collection: lists it, watches it from there, and goes on from the last version that it heard of
 * whenever the watch ends, for whatever reason. It lists again only where the API server has forgotten that version.
 */
export function startReflector(options: ReflectorOptions): Reflector {
  const { client, collection, clock, random, log } = options;
  const ending = new AbortController();
  let version: string | undefined;
  let isSynced = false;
  let isForbidden = false;
  let heardAt = clock.now();
  let failures = 0;
  let resolveTried: () => void = () => undefined;
  const tried = new Promise<void>((resolve) => {
    resolveTried = resolve;
  });

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      const began = clock.now();
      try {
        version ??= await list();
        await watch(version);
        if (ending.signal.aborted) return;
        if (clock.now() - began >= SHORT_WATCH_MS) failures = 0;
        else await rest(undefined);
      } catch (error) {
        if (ending.signal.aborted) return;
        await recover(error);
      }
    }
  }

  async function list(): Promise<string> {
    const { items, resourceVersion } = await listObjects(client, collection, ending.signal, options.isKept);
    heardAt = clock.now();
    isSynced = true;
    isForbidden = false;
    failures = 0;
    options.onList(items, resourceVersion);
    resolveTried();
    return resourceVersion;
  }

  async function watch(from: string): Promise<void> {
    const seconds = Math.round(WATCH_SECONDS * (1 + random()));
    const events = watchEvents({
      client,
      collection,
      resourceVersion: from,
      seconds,
      longestSilence: LONGEST_SILENCE_MS,
      onSilence: () => log.warn({ ...collection }, "a watch fell silent: beginning another"),
      clock,
      signal: ending.signal,
    });
    for await (const { type, object } of events) {
      if (ending.signal.aborted) return;
      heardAt = clock.now();
      failures = 0;
      version = object.metadata.resourceVersion;
      if (type !== "BOOKMARK") options.onChange(object, type === "DELETED", type === "ADDED");
    }
  }

  async function recover(error: unknown): Promise<void> {
    // 410: the API server has forgotten the version. The list that follows brings everything.
    if (hasStatus(error, 410)) version = undefined;
    else if (failures === 0) log.warn({ ...collection, err: error }, "could not watch: trying again");
    if (hasStatus(error, 403)) forbid();
    resolveTried();
    await rest(error instanceof ApiError ? error.retryAfter : undefined);
  }

  /** Whoever has lost a right may have missed why, and has no use for what comes after. */
  function forbid(): void {
    version = undefined;
    isForbidden = true;
    options.onForbidden?.();
  }

  function rest(asked: number | undefined): Promise<void> {
    const longest = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
    const usual = longest * (0.5 + random() / 2);
    // Never sooner than asked; all those that were asked at once don't come back at once.
    const delay = asked === undefined ? usual : Math.max(usual, asked * (1 + random() / 4));
    failures += 1;
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        ending.signal.removeEventListener("abort", end);
        resolve();
      };
      const cancel = clock.after(delay, end);
      ending.signal.addEventListener("abort", end, { once: true });
    });
  }

  void run();
  return {
    isSynced: () => isSynced,
    isForbidden: () => isForbidden,
    tried,
    heardAt: () => heardAt,
    stop() {
      ending.abort();
      resolveTried();
    },
  };
}
