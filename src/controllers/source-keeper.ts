import type { Logger } from "pino";
import { isCurrent } from "../core/copy/copy.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import { ensureCopy } from "../core/copy/ensure-copy.ts";
import { type ReadyOrigin, readyOrigin } from "../core/copy/origin.ts";
import type { Owners } from "../core/copy/owner.ts";
import type { Redacted } from "../core/credential/redacted.ts";
import type { CredentialSource, SourceResult } from "../core/credential/source.ts";
import { createWorkQueue, type WorkResult } from "../core/queue/work-queue.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";
import type { Clock } from "../core/time/clock.ts";
import type { SourceTemplate } from "./origin-keeper.ts";

export type SourceKeeperOptions = {
  readonly createSource: (mapping: SourceTemplate) => CredentialSource;
  readonly secrets: SecretStore;
  readonly owners: Owners;
  readonly ownNamespace: string;
  readonly mayAct: () => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

export type SourceKeeper = {
  /** Puts the sources of these mappings in force. */
  replace(mappings: readonly SourceTemplate[]): void;
  /** Resolves when every source that has changed was read. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

type Entry = {
  readonly fingerprint: string;
  readonly mapping: SourceTemplate;
  readonly source: CredentialSource;
  readonly unwatch: () => void;
  /** What it yielded last. */
  given?: Redacted;
};

/**
 * Writes what the sources yield into the mappings' origins, the Secrets named `secretName` in pullcred's own namespace. A
 * `secretRef` is its own origin and needs none of this. Only the leader runs one, because a source may give another
 * credential each time it is asked.
 */
export function createSourceKeeper(options: SourceKeeperOptions): SourceKeeper {
  const { createSource, secrets, owners, ownNamespace, mayAct, clock, random, log } = options;
  const entries = new Map<string, Entry>();
  const ending = new AbortController();
  const queue = createWorkQueue({
    work: refresh,
    concurrency: 8,
    firstDelay: 1_000,
    maxDelay: 60_000,
    settle: 1_000,
    clock,
    random,
  });
  const unwatch = secrets.watch((namespace, name) => {
    if (namespace !== ownNamespace) return;
    for (const [mapping, entry] of entries) {
      if (entry.mapping.secretName === name && !stands(entry)) queue.add(mapping);
    }
  });

  /** Our own write is no reason to ask again: a source that yields another credential each time would never rest. */
  function stands({ mapping, given }: Entry): boolean {
    const present = secrets.peek(ownNamespace, mapping.secretName);
    return present !== undefined && given !== undefined && isCurrent(present, mapping, given);
  }

  async function refresh(name: string): Promise<WorkResult> {
    const entry = entries.get(name);
    if (entry === undefined) return "done";
    try {
      const result = await entry.source.read(ending.signal);
      report(name, result);
      // Something that is missing or broken takes nothing away: the origin keeps the last good credential.
      if (result.kind !== "credentials" || entries.get(name) !== entry) return "done";
      // A renewal that comes late but not too late goes on with what was left meanwhile.
      if (!mayAct()) return "retry";
      return await write(entry, readyOrigin(result.credentials));
    } catch (err) {
      if (!ending.signal.aborted) log.error({ registry: name, err }, "could not read credentials");
      return "retry";
    }
  }

  async function write(entry: Entry, origin: ReadyOrigin): Promise<WorkResult> {
    const { mapping } = entry;
    const { name: registry, secretName: secret } = mapping;
    const owner = owners.of(registry);
    const wanted = { mapping, namespace: ownNamespace, origin, owner };
    entry.given = origin.dockerConfigJson;
    const { result, cause } = await ensureCopy(secrets, wanted, false);
    const fields = { registry, namespace: ownNamespace, secret, result };
    if (result === CopyResult.Written) log.info(fields, "origin");
    if (result === CopyResult.Foreign)
      log.error(fields, "the origin's name is taken: set another secretName");
    if (result !== CopyResult.Failed) return "done";
    log.error({ ...fields, err: cause }, "origin");
    return "retry";
  }

  function report(registry: string, result: SourceResult): void {
    if (result.kind === "missing")
      log.warn({ registry, problem: result.message }, "source has no credential");
    if (result.kind === "broken") log.error({ registry, problems: result.problems }, "credential refused");
    if (result.kind !== "credentials") return;
    for (const finding of result.findings) log.warn({ registry, ...finding }, "credential finding");
  }

  return {
    replace(mappings) {
      const wanted = mappings.filter(({ credentials }) => !("secretRef" in credentials));
      const prints = new Map(wanted.map((mapping) => [mapping.name, JSON.stringify(mapping)]));
      for (const [name, entry] of entries) {
        if (prints.get(name) === entry.fingerprint) continue;
        entry.unwatch();
        entries.delete(name);
      }
      for (const mapping of wanted) {
        const { name } = mapping;
        if (entries.has(name)) continue;
        const source = createSource(mapping);
        const fingerprint = prints.get(name) ?? "";
        entries.set(name, { fingerprint, mapping, source, unwatch: source.watch(() => queue.add(name)) });
        queue.add(name);
      }
    },
    idle: queue.idle,
    async stop() {
      ending.abort();
      unwatch();
      for (const entry of entries.values()) entry.unwatch();
      entries.clear();
      await queue.stop();
    },
  };
}
