import type { Logger } from "pino";
import { MANAGER } from "../../core/copy/copy.ts";
import { copyKey } from "../../core/copy/copy-key.ts";
import { createUnfinishedCopies, type UnfinishedCopies } from "../../core/copy/unfinished-copies.ts";
import { isJsonObject } from "../../core/json/json-object.ts";
import { createWorkQueue, type WorkResult } from "../../core/queue/work-queue.ts";
import type { Clock } from "../../core/time/clock.ts";
import { hasStatus } from "./client/api-error.ts";
import { APPLY, type KubeClient } from "./client/kube-client.ts";
import type { KubeObject } from "./watch/kube-object.ts";
import type { Reflector, StartReflector } from "./watch/reflector.ts";

export type KubeUnfinishedCopiesOptions = {
  readonly client: KubeClient;
  readonly namespace: string;
  /** The ConfigMap's name. */
  readonly name: string;
  readonly startReflector: StartReflector;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

/** The list of unfinished copies, shared by all replicas. */
export type KubeUnfinishedCopies = UnfinishedCopies & {
  readonly reflector: Reflector;
  stop(): Promise<void>;
};

/** A ConfigMap holds 1 MiB; a namespace that is not on a full list gets its copy with its next Pod. */
const MAX_KEYS = 5_000;

/**
 * Keeps the list in a ConfigMap, a key for each copy, so that whoever leads knows what Pods were promised by other replicas
 * and by former lives. It is written only where something went wrong, once for each copy.
 */
export function createKubeUnfinishedCopies(options: KubeUnfinishedCopiesOptions): KubeUnfinishedCopies {
  const { client, namespace, name, startReflector, clock, random, log } = options;
  const local = createUnfinishedCopies();
  /** What the ConfigMap holds, as far as the watch has told. */
  let stored: ReadonlySet<string> = new Set();
  const collection = `/api/v1/namespaces/${namespace}/configmaps`;
  const path = `${collection}/${name}`;
  const queue = createWorkQueue({
    work: save,
    concurrency: 1,
    firstDelay: 1_000,
    maxDelay: 60_000,
    clock,
    random,
  });

  function load(object: KubeObject | undefined): void {
    const data = isJsonObject(object?.data) ? object.data : {};
    const found = new Set(Object.keys(data).map(fromDataKey));
    const before = stored;
    stored = found;
    for (const key of found) local.add(key);
    // Another replica has finished it.
    for (const key of before) if (!found.has(key)) local.remove(key);
  }

  const reflector = startReflector({
    collection: { path: collection, fieldSelector: `metadata.name=${name}` },
    onList: ([object]) => load(object),
    onChange: (object, isDeleted) => load(isDeleted ? undefined : object),
  });

  /** Brings the ConfigMap to what is known here of one key. */
  async function save(key: string): Promise<WorkResult> {
    const isWanted = local.has(key);
    if (isWanted === stored.has(key)) return "done";
    if (isWanted && stored.size >= MAX_KEYS) return "done";
    const body = { data: { [toDataKey(key)]: isWanted ? "" : null } };
    try {
      await client.send({ method: "PATCH", path, contentType: "application/merge-patch+json", body });
      return "done";
    } catch (err) {
      if (hasStatus(err, 404)) await create();
      else log.warn({ err }, "could not note an unfinished copy");
      return "retry";
    }
  }

  /** By server-side apply, which is authorised with the name. */
  async function create(): Promise<void> {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } };
    await client.send({ method: "PATCH", path, query: { fieldManager: MANAGER }, contentType: APPLY, body });
  }

  return {
    ...local,
    add(key) {
      local.add(key);
      if (!stored.has(key)) queue.add(key);
    },
    remove(key) {
      local.remove(key);
      if (stored.has(key)) queue.add(key);
    },
    reflector,
    async stop() {
      reflector.stop();
      await queue.stop();
    },
  };
}

// A key of a ConfigMap can hold no slash, and a namespace no dot.
function toDataKey(key: string): string {
  return key.replace("/", ".");
}

function fromDataKey(key: string): string {
  const dot = key.indexOf(".");
  return copyKey(key.slice(0, dot), key.slice(dot + 1));
}
