import type { Logger } from "pino";
import type { CompiledConfig, Mapping } from "../core/config/compile.ts";
import { isCurrent, isManaged } from "../core/copy/copy.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import { type CopyOutcome, ensureCopy } from "../core/copy/ensure-copy.ts";
import type { Origins } from "../core/copy/origin.ts";
import type { Namespace } from "../core/namespace/namespace.ts";
import type { NamespaceStore } from "../core/namespace/namespace-store.ts";
import { isOptedOut } from "../core/policy/opt-out.ts";
import { createWorkQueue, type WorkResult } from "../core/queue/work-queue.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";
import type { Clock } from "../core/time/clock.ts";

export type CopyKeeperOptions = {
  readonly secrets: SecretStore;
  readonly namespaces: NamespaceStore;
  readonly origins: Origins;
  readonly config: () => CompiledConfig;
  readonly ownNamespace: string;
  /** Told of each outcome, for metrics. */
  readonly observe: (result: CopyResult, registry: string) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

const CURRENT: CopyOutcome = { result: CopyResult.Current };

export type CopyKeeper = {
  /** Makes the copy stand, or says after `deadline` milliseconds that it is still being written. */
  ensure(mapping: Mapping, namespace: Namespace, dryRun: boolean, deadline: number): Promise<CopyOutcome>;
  /** The mapping's origin came to something else: every copy follows. */
  originChanged(mapping: string): void;
  /** A new config is in force: copies come, change and go. */
  configChanged(): void;
  /** Resolves when nothing is being reconciled; what waits to be tried again doesn't count. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Keeps the copies right: those that a Pod asked for, those that stand, and with `provisioning: eager` one in every
 * allowed namespace. A key of the work queue is a Secret's coordinates, `namespace/name`.
 */
export function createCopyKeeper(options: CopyKeeperOptions): CopyKeeper {
  const { secrets, namespaces, origins, config, ownNamespace, observe, clock, random, log } = options;
  const asked = new Set<string>();
  const flights = new Map<string, Promise<CopyOutcome>>();
  const queue = createWorkQueue({
    work: reconcile,
    concurrency: 16,
    firstDelay: 500,
    maxDelay: 60_000,
    clock,
    random,
  });
  const unwatchSecrets = secrets.watch((namespace, name) => queue.add(`${namespace}/${name}`));
  const unwatchNamespaces = namespaces.watch((namespace) => {
    for (const mapping of config().mappings) queue.add(keyOf(mapping, namespace));
  });

  async function ensure(
    mapping: Mapping,
    { name, terminating }: Namespace,
    dryRun: boolean,
    deadline: number,
  ): Promise<CopyOutcome> {
    if (terminating) return { result: CopyResult.NamespaceTerminating };
    if (isKnownCurrent(mapping, name)) return CURRENT;
    if (!dryRun) asked.add(keyOf(mapping, name));
    return withDeadline(dryRun ? write(mapping, name, true) : fly(mapping, name), deadline);
  }

  /** The warm path of nearly every review: no flight, no timer, no call. A copy that stands is kept right anyway. */
  function isKnownCurrent(mapping: Mapping, namespace: string): boolean {
    const present = secrets.peek(namespace, mapping.secretName);
    if (present === undefined || !isManaged(present)) return false;
    const origin = origins.of(mapping.name);
    return origin.kind === "ready" && isCurrent(present, mapping, origin.dockerConfigJson);
  }

  /** Requests for the same copy at the same time share one write. */
  function fly(mapping: Mapping, namespace: string): Promise<CopyOutcome> {
    const key = keyOf(mapping, namespace);
    const present = flights.get(key);
    if (present !== undefined) return present;
    const flight = write(mapping, namespace, false).then((outcome) => {
      flights.delete(key);
      if (outcome.result === CopyResult.Failed) queue.add(key);
      return outcome;
    });
    flights.set(key, flight);
    return flight;
  }

  async function write(mapping: Mapping, namespace: string, dryRun: boolean): Promise<CopyOutcome> {
    const outcome = await ensureCopy(secrets, mapping, namespace, origins.of(mapping.name), dryRun);
    observe(outcome.result, mapping.name);
    const fields = { registry: mapping.name, namespace, secret: mapping.secretName, result: outcome.result };
    if (outcome.result === CopyResult.Written) log.info(fields, "copy");
    if (outcome.result === CopyResult.Failed) log.error({ ...fields, err: outcome.cause }, "copy");
    return outcome;
  }

  function withDeadline(outcome: Promise<CopyOutcome>, deadline: number): Promise<CopyOutcome> {
    return new Promise((resolve, reject) => {
      const cancel = clock.after(deadline, () => resolve({ result: CopyResult.Delayed }));
      outcome.then(resolve, reject).finally(cancel);
    });
  }

  async function reconcile(key: string): Promise<WorkResult> {
    const [namespace = "", name = ""] = key.split("/");
    const mapping = config().mappings.find((candidate) => candidate.secretName === name);
    const place = await namespaces.get(namespace);
    if (place === undefined || mapping === undefined || !isAllowed(mapping, place)) {
      asked.delete(key);
      return remove(namespace, name);
    }
    if (place.terminating || !(await isWanted(mapping, place))) return "done";
    const outcome = await write(mapping, namespace, false);
    return outcome.result === CopyResult.Failed ? "retry" : "done";
  }

  function isAllowed(mapping: Mapping, namespace: Namespace): boolean {
    return namespace.name !== ownNamespace && mapping.namespaces.allows(namespace.name, namespace.labels);
  }

  async function isWanted(mapping: Mapping, namespace: Namespace): Promise<boolean> {
    if (asked.has(keyOf(mapping, namespace.name))) return true;
    if (config().provisioning === "eager" && !isOptedOut(namespace)) return true;
    const present = await secrets.get(namespace.name, mapping.secretName);
    return present !== undefined && isManaged(present);
  }

  async function remove(namespace: string, name: string): Promise<WorkResult> {
    const present = await secrets.get(namespace, name);
    if (present === undefined || !isManaged(present)) return "done";
    await secrets.delete(namespace, name);
    log.info({ namespace, secret: name }, "copy removed");
    return "done";
  }

  async function addAll(isMeant: (name: string) => boolean): Promise<void> {
    const standing = (await secrets.listManaged()).map(
      ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
    );
    const eager = config().provisioning === "eager" ? await namespaces.list() : [];
    const provisioned = eager.flatMap(({ name }) => config().mappings.map((mapping) => keyOf(mapping, name)));
    for (const key of new Set([...standing, ...asked, ...provisioned])) {
      if (isMeant(key.slice(key.indexOf("/") + 1))) queue.add(key);
    }
  }

  return {
    ensure,
    originChanged(registry) {
      const mapping = config().mappings.find(({ name }) => name === registry);
      if (mapping !== undefined) addLater((name) => name === mapping.secretName);
    },
    configChanged: () => addLater(() => true),
    idle: () => queue.idle(),
    stop() {
      unwatchSecrets();
      unwatchNamespaces();
      return queue.stop();
    },
  };

  function addLater(isMeant: (name: string) => boolean): void {
    addAll(isMeant).catch((err: unknown) => log.error({ err }, "could not list copies"));
  }
}

function keyOf(mapping: Mapping, namespace: string): string {
  return `${namespace}/${mapping.secretName}`;
}
