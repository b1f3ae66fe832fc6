import type { Logger } from "pino";
import type { CompiledConfig, Mapping } from "../core/config/compile.ts";
import { isManaged } from "../core/copy/copy.ts";
import { copyKey, splitCopyKey } from "../core/copy/copy-key.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import type { UnfinishedCopies } from "../core/copy/unfinished-copies.ts";
import type { EventSink } from "../core/event/event-sink.ts";
import type { Namespace } from "../core/namespace/namespace.ts";
import type { NamespaceStore } from "../core/namespace/namespace-store.ts";
import { isOptedOut } from "../core/policy/opt-out.ts";
import { createWorkQueue, type WorkQueue, type WorkResult } from "../core/queue/work-queue.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";
import { hasStoreCode, StoreError, StoreErrorCode } from "../core/secret/store-error.ts";
import type { Clock } from "../core/time/clock.ts";
import { createFindings } from "./copy-findings.ts";
import type { CopyWriter } from "./copy-writer.ts";

export type CopyKeeperOptions = {
  readonly writer: CopyWriter;
  readonly secrets: SecretStore;
  readonly namespaces: NamespaceStore;
  readonly unfinished: UnfinishedCopies;
  readonly config: () => CompiledConfig;
  readonly ownNamespace: string;
  readonly events: EventSink;
  /** Whether this process may act: false from the moment in which another one may lead. */
  readonly mayAct: () => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

export type CopyKeeper = {
  /** Begins to act: puts everything right, and keeps it so. */
  lead(): void;
  /** Ceases to act, and resolves when what had begun has ended. Goes on remembering which copies should stand. */
  follow(): Promise<void>;
  /** The origin of the mapping with this name came to something else: every copy follows. */
  originChanged(mapping: string): void;
  /** The owner of the copies with this name came to something else, or that of the one in a namespace. */
  ownerChanged(secretName: string, namespace?: string): void;
  /** A new config is in force: copies come, change and go. */
  configChanged(): void;
  /** Resolves when nothing is being reconciled; what waits to be tried again doesn't count. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

/** Enough to keep an API server of moderate size busy without filling its queues. */
const CONCURRENCY = 16;
/** Someone who undoes every write of ours is answered once a second, not in a loop. */
const SETTLE_MS = 1_000;

/**
 * Keeps the copies right: those that a Pod asked for, those that stand, and with `provisioning: eager` one in every
 * allowed namespace. One process does, the leader; the others only remember what should stand.
 */
export function createCopyKeeper(options: CopyKeeperOptions): CopyKeeper {
  const { writer, secrets, namespaces, unfinished, config, ownNamespace, mayAct, clock, random, log } =
    options;
  /** The copies that stood or were asked for: one that is deleted comes back. */
  const kept = new Set<string>();
  const findings = createFindings(options.events);
  let queue: WorkQueue | undefined;

  const unwatch = [
    secrets.watch((namespace, name) => {
      const key = copyKey(namespace, name);
      const present = secrets.peek(namespace, name);
      if (present !== undefined && isManaged(present)) kept.add(key);
      if (isDue(namespace, name)) queue?.add(key);
    }),
    namespaces.watch((namespace) => {
      const isGone = namespaces.peek(namespace) === undefined;
      for (const mapping of config().mappings) {
        const key = copyKey(namespace, mapping.secretName);
        if (isDue(namespace, mapping.secretName)) queue?.add(key);
        // A leader forgets it by itself; a follower must not gather the namespaces of years.
        if (isGone && queue === undefined) kept.delete(key);
      }
    }),
    unfinished.watch((key) => queue?.later(key)),
  ];
  for (const { metadata } of secrets.list().filter(isManaged))
    kept.add(copyKey(metadata.namespace, metadata.name));

  async function reconcile(key: string): Promise<WorkResult> {
    const { namespace, name } = splitCopyKey(key);
    if (namespace === ownNamespace) return "done";
    // A renewal that comes late but not too late goes on with what was left meanwhile.
    if (!mayAct()) return "retry";
    const mapping = mappingOf(name);
    const place = await namespaces.get(namespace);
    if (place === undefined || mapping === undefined || !isAllowed(mapping, place)) {
      forget(key);
      return remove(namespace, name);
    }
    if (place.terminating) return "done";
    if (!isWanted(key, place)) {
      unfinished.remove(key);
      return "done";
    }
    const outcome = await writer.keep(mapping, namespace);
    findings.note(mapping, namespace, outcome);
    if (outcome.result === CopyResult.Current || outcome.result === CopyResult.Written)
      unfinished.remove(key);
    return outcome.result === CopyResult.Failed ? retryAfter(outcome.cause) : "done";
  }

  /** Whether there may be something to do. Anywhere else a look may not even be allowed. */
  function isDue(namespace: string, name: string): boolean {
    const key = copyKey(namespace, name);
    if (kept.has(key) || unfinished.has(key)) return true;
    if (config().provisioning !== "eager") return false;
    const place = namespaces.peek(namespace);
    const mapping = mappingOf(name);
    return place !== undefined && mapping !== undefined && isAllowed(mapping, place);
  }

  /** The mapping whose copies have this name. */
  function mappingOf(name: string): Mapping | undefined {
    return config().mappings.find(({ secretName }) => secretName === name);
  }

  function isAllowed(mapping: Mapping, { name, labels }: Namespace): boolean {
    return mapping.namespaces.allows(name, labels);
  }

  /** A promise may have been made before it was known that the namespace had opted out. */
  function isWanted(key: string, namespace: Namespace): boolean {
    if (kept.has(key)) return true;
    if (isOptedOut(namespace)) return false;
    return unfinished.has(key) || config().provisioning === "eager";
  }

  function forget(key: string): void {
    kept.delete(key);
    unfinished.remove(key);
    findings.forget(key);
  }

  async function remove(namespace: string, name: string): Promise<WorkResult> {
    try {
      const present = await secrets.get(namespace, name);
      if (present === undefined || !isManaged(present)) return "done";
      await secrets.delete(present);
      log.info({ namespace, secret: name }, "copy removed");
      return "done";
    } catch (err) {
      if (hasStoreCode(err, StoreErrorCode.Conflict)) return "retry";
      const isCollected = hasStoreCode(err, StoreErrorCode.Forbidden) && !isInScope(namespace, name);
      log[isCollected ? "debug" : "error"]({ namespace, secret: name, err }, "could not remove a copy");
      return isCollected ? "done" : retryAfter(err);
    }
  }

  /** Elsewhere the rights go together with the role that owns the copies: the garbage collector takes them. */
  function isInScope(namespace: string, name: string): boolean {
    const scope = mappingOf(name)?.namespaces.scope;
    return scope === "all" || (scope?.has(namespace) ?? false);
  }

  function addAll(isMeant: (name: string) => boolean): void {
    if (queue === undefined) return;
    const { provisioning, mappings } = config();
    const places = provisioning === "eager" ? namespaces.list() : [];
    const eager = places.flatMap((place) =>
      mappings
        .filter((mapping) => isAllowed(mapping, place))
        .map(({ secretName }) => copyKey(place.name, secretName)),
    );
    for (const key of new Set([...kept, ...unfinished.list(), ...eager])) {
      if (isMeant(splitCopyKey(key).name)) queue.add(key);
    }
  }

  async function follow(): Promise<void> {
    const ending = queue;
    queue = undefined;
    await ending?.stop();
  }

  return {
    lead() {
      queue ??= createWorkQueue({
        work: reconcile,
        concurrency: CONCURRENCY,
        firstDelay: 500,
        maxDelay: 60_000,
        settle: SETTLE_MS,
        onError: (err, key) => log.error({ copy: key, err }, "could not reconcile a copy"),
        clock,
        random,
      });
      addAll(() => true);
    },
    follow,
    originChanged(registry) {
      const mapping = config().mappings.find(({ name }) => name === registry);
      if (mapping !== undefined) addAll((name) => name === mapping.secretName);
    },
    ownerChanged(secretName, namespace) {
      if (namespace === undefined) addAll((name) => name === secretName);
      else if (isDue(namespace, secretName)) queue?.add(copyKey(namespace, secretName));
    },
    configChanged: () => addAll(() => true),
    idle: () => queue?.idle() ?? Promise.resolve(),
    stop() {
      for (const end of unwatch) end();
      return follow();
    },
  };
}

/** An API server that says when it has time again is asked then. */
function retryAfter(cause: unknown): WorkResult {
  const retryAfter = cause instanceof StoreError ? cause.retryAfter : undefined;
  return retryAfter === undefined ? "retry" : { retryAfter };
}
