import { createHash } from "node:crypto";
import type { Logger } from "pino";
import { DATA_KEY, isCurrent } from "../core/copy/copy.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import { ensureCopy } from "../core/copy/ensure-copy.ts";
import { readyOrigin } from "../core/copy/origin.ts";
import { type Owners, referenceOf } from "../core/copy/owner.ts";
import { Redacted } from "../core/credential/redacted.ts";
import type { CredentialSource } from "../core/credential/source.ts";
import type { EventSink } from "../core/event/event-sink.ts";
import { createWorkQueue, type WorkResult } from "../core/queue/work-queue.ts";
import { setAlarm } from "../core/refresh/alarm.ts";
import { type Given, judgeResult } from "../core/refresh/judge-result.ts";
import { readInTime } from "../core/refresh/read-in-time.ts";
import { RefreshResult } from "../core/refresh/refresh-result.ts";
import { planRenewal, type Validity } from "../core/refresh/validity.ts";
import { readValidity, toAnnotations } from "../core/refresh/validity-annotations.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";
import type { Clock } from "../core/time/clock.ts";
import type { SourceTemplate } from "./origin-keeper.ts";
import { createRefreshReport, type RefreshReport } from "./refresh-report.ts";

export type SourceKeeperOptions = {
  readonly createSource: (mapping: SourceTemplate) => CredentialSource;
  readonly secrets: SecretStore;
  readonly owners: Owners;
  readonly ownNamespace: string;
  readonly mayAct: () => boolean;
  readonly events: EventSink;
  /** Told of each refresh, for metrics, and of why it was none. */
  readonly observe: (result: RefreshResult, registry: string, problem?: string) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

export type SourceKeeper = {
  /** Puts the sources of these mappings in force. */
  replace(mappings: readonly SourceTemplate[]): void;
  /** The owner of the origin with this name came to something else, or that of the one in a namespace. */
  ownerChanged(secretName: string, namespace?: string): void;
  /** When what stands expires, in milliseconds since the epoch, by mapping; what has no end is not in it. */
  expiries(): ReadonlyMap<string, number>;
  /** Resolves when every source that has changed was read. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

type Entry = {
  /** Of what the source depends on: where it differs, what stands is another source's. */
  readonly digest: string;
  readonly mapping: SourceTemplate;
  readonly source: CredentialSource;
  readonly report: RefreshReport;
  readonly unwatch: () => void;
  /** Whether it was looked at what a former leader left. */
  hasLooked: boolean;
  /** A store may tell of what a write replaces before it tells of what replaces that. */
  isWriting: boolean;
  /** Whether it waits for its role. */
  isWithdrawn: boolean;
  /** What it yielded last. */
  given?: Redacted;
  /** How long what stands is good; undefined where it has no end, or nothing stands. */
  validity?: Validity | undefined;
  cancelRenewal: () => void;
};

/** Longer than a source takes that is slow and ends by itself. */
const LONGEST_READ_MS = 90_000;

/**
 * Writes what the sources yield into the mappings' origins, the Secrets named `secretName` in pullcred's own namespace, and
 * has it renewed well before it expires. A `secretRef` is its own origin and needs none of this. Only the leader runs one,
 * because a source may give another credential each time it is asked.
 *
 * | the source                                                 | the origin              | is asked again                |
 * |------------------------------------------------------------|-------------------------|-------------------------------|
 * | gives a credential without an end                          | holds it                | when it says so               |
 * | gives one that expires                                     | holds it, with its end  | when `planRenewal` says so    |
 * | gives none, a broken or an expired one, fails, hangs       | keeps the last good one | in a second, later each minute |
 * | was asked by a former leader                               | is as that one left it  | as that one had planned       |
 * | is one of a mapping whose role is gone                     | goes with the role      | when the role is back         |
 */
export function createSourceKeeper(options: SourceKeeperOptions): SourceKeeper {
  const { createSource, secrets, owners, ownNamespace, mayAct, events, observe, clock, random, log } =
    options;
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
  const unwatch = secrets.watch((namespace, name) => changed(name, namespace));

  /** The origin or its owner came to something else, maybe by our own write. */
  function changed(secretName: string, namespace = ownNamespace): void {
    for (const [name, entry] of namespace === ownNamespace ? entries : []) {
      const isSpoilt = entry.given !== undefined && !entry.isWriting && !stands(entry);
      if (entry.mapping.secretName === secretName && (entry.isWithdrawn || isSpoilt)) queue.add(name);
    }
  }

  /** Our own write is no reason to ask again: a source that yields another credential each time would never rest. */
  function stands({ mapping, given }: Entry): boolean {
    const present = secrets.peek(ownNamespace, mapping.secretName);
    const owner = referenceOf(owners.of(mapping.secretName, ownNamespace));
    return present !== undefined && given !== undefined && isCurrent(present, mapping, given, owner);
  }

  async function refresh(name: string): Promise<WorkResult> {
    const entry = entries.get(name);
    if (entry === undefined) return "done";
    // Without its role there is no right to write the origin, nor to look at it.
    entry.isWithdrawn = owners.of(entry.mapping.secretName, ownNamespace).kind === "gone";
    if (entry.isWithdrawn) return "done";
    try {
      if (await isLeftInOrder(entry)) return "done";
      if (!mayAct()) return "retry";
      const result = await readInTime(entry.source, LONGEST_READ_MS, clock, ending.signal);
      if (entries.get(name) !== entry) return "done";
      // A renewal that comes late but not too late goes on with what was left meanwhile.
      if (!mayAct()) return "retry";
      const judged = judgeResult(result, clock.now());
      if (judged.isUsable) return await write(entry, judged.given);
      // Something that is missing or broken takes nothing away: the origin keeps the last good credential.
      entry.report.failed(judged.reason, judged.problem, entry.validity);
    } catch (err) {
      if (ending.signal.aborted) return "done";
      log.error({ registry: name, err }, "could not read credentials");
      const problem = err instanceof Error ? err.message : "the source failed";
      entry.report.failed(RefreshResult.Failed, problem, entry.validity);
    }
    return "retry";
  }

  /** Takes over what a former leader has written. Whether it is not yet due. */
  async function isLeftInOrder(entry: Entry): Promise<boolean> {
    if (entry.hasLooked) return false;
    const { mapping, digest } = entry;
    const present = await secrets.get(ownNamespace, mapping.secretName);
    entry.hasLooked = true;
    const validity = present && readValidity(present, mapping, digest);
    const data = present?.data?.[DATA_KEY];
    if (validity === undefined || data === undefined) return false;
    entry.given = new Redacted(data);
    entry.validity = validity;
    if (!stands(entry) || clock.now() >= validity.renewAt) return false;
    awaitRenewal(entry);
    return true;
  }

  async function write(entry: Entry, { credentials, expiresAt, findings }: Given): Promise<WorkResult> {
    const { mapping, digest, report } = entry;
    const { name: registry, secretName: secret } = mapping;
    const owner = owners.of(secret, ownNamespace);
    const origin = readyOrigin(credentials);
    const validity = expiresAt === undefined ? undefined : planRenewal(expiresAt, clock.now(), random());
    const annotations = validity && toAnnotations(validity, digest);
    const wanted = { mapping, namespace: ownNamespace, origin, owner, ...(annotations && { annotations }) };
    entry.given = origin.dockerConfigJson;
    entry.isWriting = true;
    const { result, cause } = await ensureCopy(secrets, wanted, "all").finally(() => {
      entry.isWriting = false;
    });
    const fields = { registry, namespace: ownNamespace, secret, result };
    if (result === CopyResult.Written || result === CopyResult.Current) {
      if (result === CopyResult.Written) log.info(fields, "origin");
      entry.validity = validity;
      awaitRenewal(entry);
      report.succeeded(findings);
      if (!stands(entry)) queue.add(registry); // it, or its owner, has changed while it was being written
      return "done";
    }
    if (result === CopyResult.Withdrawn) return "retry";
    const place = `Secret ${secret} in namespace ${ownNamespace}`;
    if (result === CopyResult.Foreign) {
      const problem = `${place} is not managed by pullcred: set another secretName, or delete it`;
      report.failed(RefreshResult.Foreign, problem, undefined);
      return "done"; // until that Secret changes
    }
    log.error({ ...fields, err: cause }, "origin");
    report.failed(RefreshResult.Failed, `${place} could not be written: see pullcred's log`, entry.validity);
    return "retry";
  }

  function awaitRenewal(entry: Entry): void {
    const { mapping, validity } = entry;
    entry.cancelRenewal();
    if (validity === undefined || entries.get(mapping.name) !== entry) return; // replaced while it was being written
    entry.cancelRenewal = setAlarm(clock, validity.renewAt, () => queue.add(mapping.name));
  }

  function begin(mapping: SourceTemplate, digest: string): void {
    const { name } = mapping;
    const source = createSource(mapping);
    const unwatch = source.watch(() => queue.add(name));
    entries.set(name, {
      digest,
      mapping,
      source,
      report: createRefreshReport({ mapping: name, events, observe, now: clock.now, log }),
      unwatch,
      hasLooked: false,
      isWriting: false,
      isWithdrawn: false,
      cancelRenewal: () => undefined,
    });
    queue.add(name);
  }

  function end(name: string, entry: Entry): void {
    entry.unwatch();
    entry.cancelRenewal();
    entries.delete(name);
  }

  return {
    replace(mappings) {
      const wanted = mappings.filter(({ credentials }) => !("secretRef" in credentials));
      const digests = new Map(wanted.map((mapping) => [mapping.name, digestOf(mapping)]));
      for (const [name, entry] of entries) if (digests.get(name) !== entry.digest) end(name, entry);
      for (const mapping of wanted) {
        if (!entries.has(mapping.name)) begin(mapping, digests.get(mapping.name) ?? "");
      }
    },
    ownerChanged: changed,
    expiries: () =>
      new Map([...entries].flatMap(([name, { validity }]) => (validity ? [[name, validity.expiresAt]] : []))),
    idle: queue.idle,
    async stop() {
      ending.abort();
      unwatch();
      for (const [name, entry] of entries) end(name, entry);
      await queue.stop();
    },
  };
}

/** It stands in an annotation; the configuration, of which it is made, holds no credential. */
function digestOf({ secretName, matchImages, credentials }: SourceTemplate): string {
  const text = JSON.stringify([secretName, matchImages, credentials]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
