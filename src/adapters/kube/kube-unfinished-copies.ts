import type { Logger } from "pino";
import { MANAGER } from "../../core/copy/copy.ts";
import { createUnfinishedCopies, type UnfinishedCopies } from "../../core/copy/unfinished-copies.ts";
import { isJsonObject } from "../../core/json/json-object.ts";
import { createWorkQueue, type WorkResult } from "../../core/queue/work-queue.ts";
import type { OwnerReference } from "../../core/secret/secret.ts";
import type { Clock } from "../../core/time/clock.ts";
import { ApiError, hasStatus } from "./client/api-error.ts";
import { APPLY, type KubeClient } from "./client/kube-client.ts";
import { isNewer } from "./secrets/newer.ts";
import { fromDataEntry, sizeOf, toDataEntry } from "./unfinished-data.ts";
import { type KubeObject, toKubeObject } from "./watch/kube-object.ts";
import type { Reflector, StartReflector } from "./watch/reflector.ts";

export type KubeUnfinishedCopiesOptions = {
  readonly client: KubeClient;
  readonly namespace: string;
  /** The ConfigMap's name. */
  readonly name: string;
  /** What a ConfigMap that is made here belongs to. */
  readonly owner: () => Promise<OwnerReference | undefined>;
  readonly startReflector: StartReflector;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

/** The list of unfinished copies, shared by all replicas. */
export type KubeUnfinishedCopies = UnfinishedCopies & {
  readonly reflector: Reflector;
  /** Notes what is not noted yet, and resolves when that is done or takes too long. */
  stop(): Promise<void>;
};

/** etcd takes 1.5 MiB; a copy that is not on a full list comes with its namespace's next Pod. */
const MAX_BYTES = 1024 * 1024;
/** All that changes meanwhile is written together: the whole list goes to every replica each time. */
const SETTLE_MS = 1_000;
/** How long the end waits for the last note: as long as a request may take. */
const LONGEST_FLUSH_MS = 5_000;
/** The queue's one key: there is one list. */
const LIST = "list";

/**
 * Keeps the list in a ConfigMap, a key for each copy, so that whoever leads knows what Pods were promised by other replicas
 * and by former lives. It is written only where something went wrong, or ends well after that.
 */
export function createKubeUnfinishedCopies(options: KubeUnfinishedCopiesOptions): KubeUnfinishedCopies {
  const { client, namespace, name, owner, startReflector, clock, random, log } = options;
  const local = createUnfinishedCopies();
  /** What the ConfigMap holds, as far as was heard, and in which version. */
  let stored: ReadonlySet<string> = new Set();
  let version: string | undefined;
  /** What became of copies here, true for unfinished, that the API server has not yet said to have written. */
  const pending = new Map<string, boolean>();
  const collection = `/api/v1/namespaces/${namespace}/configmaps`;
  const path = `${collection}/${name}`;
  const queue = createWorkQueue({
    work: save,
    concurrency: 1,
    firstDelay: 1_000,
    maxDelay: 60_000,
    settle: SETTLE_MS,
    clock,
    random,
  });

  /** Takes over what the ConfigMap holds, but for what is known better here. */
  function load({ metadata, data }: KubeObject): void {
    version = metadata.resourceVersion;
    const before = stored;
    const entries = Object.entries(isJsonObject(data) ? data : {});
    stored = new Set(entries.map(([key, value]) => fromDataEntry([key, String(value)])));
    for (const key of stored) if (pending.get(key) !== false) local.add(key);
    // Another replica has finished it.
    for (const key of before) if (!stored.has(key) && pending.get(key) !== true) local.remove(key);
  }

  /** Somebody has deleted the ConfigMap. That finishes no copy. */
  function forget(): void {
    version = undefined;
    stored = new Set();
  }

  const reflector = startReflector({
    collection: { path: collection, fieldSelector: `metadata.name=${name}` },
    onList: ([object]) => (object === undefined ? forget() : load(object)),
    onChange(object, isDeleted) {
      // The answer to a write of ours may have told of more already.
      if (!isNewer(object.metadata.resourceVersion, version)) return;
      if (isDeleted) forget();
      else load(object);
    },
  });

  /** Writes all that has changed here at once. */
  async function save(): Promise<WorkResult> {
    dropWhatHasNoRoom();
    const sent = new Map(pending);
    if (sent.size === 0) return "done";
    try {
      const written = await write(sent);
      acknowledge(sent);
      if (isNewer(written.metadata.resourceVersion, version)) load(written);
      return "done";
    } catch (err) {
      if (hasStatus(err, 413) || hasStatus(err, 422)) {
        log.error(
          { err, copies: sent.size },
          "could not note unfinished copies: the API server takes no such list",
        );
        acknowledge(sent);
        return "done";
      }
      log.warn({ err, copies: sent.size }, "could not note unfinished copies: trying again");
      const asked = err instanceof ApiError ? err.retryAfter : undefined;
      return asked === undefined ? "retry" : { retryAfter: asked };
    }
  }

  /** What changed once more meanwhile stays. */
  function acknowledge(sent: ReadonlyMap<string, boolean>): void {
    for (const [key, isWanted] of sent) if (pending.get(key) === isWanted) pending.delete(key);
  }

  function dropWhatHasNoRoom(): void {
    let size = 0;
    for (const key of stored) if (pending.get(key) !== false) size += sizeOf(toDataEntry(key));
    const before = pending.size;
    for (const [key, isWanted] of pending) {
      if (!isWanted || stored.has(key)) continue;
      size += sizeOf(toDataEntry(key));
      if (size > MAX_BYTES) pending.delete(key);
    }
    const copies = before - pending.size;
    if (copies > 0)
      log.warn({ copies }, "the list of unfinished copies is full: these come with their next Pod");
  }

  async function write(changes: ReadonlyMap<string, boolean>): Promise<KubeObject> {
    try {
      return await patch(changes);
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
      await create();
      return patch(changes);
    }
  }

  async function patch(changes: ReadonlyMap<string, boolean>): Promise<KubeObject> {
    const data = Object.fromEntries(
      [...changes].map(([key, isWanted]) => {
        const [dataKey, value] = toDataEntry(key);
        return [dataKey, isWanted ? value : null];
      }),
    );
    const contentType = "application/merge-patch+json";
    return toKubeObject((await client.send({ method: "PATCH", path, contentType, body: { data } })).body);
  }

  /** By server-side apply, which is authorised with the name. It holds no data, which would take away another replica's. */
  async function create(): Promise<void> {
    const reference = await owner();
    const ownerReferences = reference === undefined ? [] : [reference];
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ownerReferences } };
    await client.send({ method: "PATCH", path, query: { fieldManager: MANAGER }, contentType: APPLY, body });
  }

  function change(key: string, isWanted: boolean): void {
    if (stored.has(key) === isWanted && !pending.has(key)) return;
    pending.set(key, isWanted);
    queue.add(LIST);
  }

  return {
    ...local,
    add(key) {
      local.add(key);
      change(key, true);
    },
    remove(key) {
      local.remove(key);
      change(key, false);
    },
    reflector,
    async stop() {
      const { promise: isLate, resolve: giveUp } = Promise.withResolvers<void>();
      const cancel = clock.after(LONGEST_FLUSH_MS, giveUp);
      await Promise.race([queue.stop().then(save), isLate]);
      cancel();
      reflector.stop();
      const copies = pending.size;
      if (copies > 0) log.warn({ copies }, "unfinished copies were not noted: they come with their next Pod");
    },
  };
}
