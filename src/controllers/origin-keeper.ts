import type { Logger } from "pino";
import type { CredentialsConfig } from "../core/config/schema.ts";
import { isSameOrigin, type Origin, type Origins, readyOrigin } from "../core/copy/origin.ts";
import type { CredentialSource, SourceResult } from "../core/credential/source.ts";
import { type EventSink, NoticeReason } from "../core/event/event-sink.ts";
import { createWorkQueue } from "../core/queue/work-queue.ts";
import type { Clock } from "../core/time/clock.ts";

/** What of a mapping its source depends on. */
export type SourceTemplate = {
  readonly name: string;
  readonly secretName: string;
  readonly matchImages: readonly string[];
  readonly credentials: CredentialsConfig;
};

export type OriginKeeperOptions = {
  /** Makes the source that reads a mapping's origin. */
  readonly createSource: (mapping: SourceTemplate) => CredentialSource;
  /** Called when the origin of the mapping with this name came to something else. */
  readonly onChange: (mapping: string) => void;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

export type OriginKeeper = Origins & {
  /** Puts the sources of these mappings in force and resolves when each of the new ones was read once. */
  replace(mappings: readonly SourceTemplate[]): Promise<void>;
  /** Why the last reading of a mapping's origin was of no use; undefined where it was, or has not come yet. */
  troubleOf(mapping: string): OriginTrouble | undefined;
  /** Tells what is wrong now, for a leader that was none when it began. */
  tellProblems(): void;
  /** Resolves when every origin that has changed was read. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

/** What keeps an origin from being used. */
export type OriginTrouble = Exclude<SourceResult, { kind: "credentials" }>;

type Entry = {
  readonly fingerprint: string;
  /** Where the origin is. */
  readonly place: string;
  readonly source: CredentialSource;
  readonly unwatch: () => void;
  origin: Origin;
  /** What the last reading came to. */
  last: SourceResult | undefined;
};

const UNREAD: Origin = { kind: "missing", message: "the source has not been read yet" };

/** Reads each mapping's origin at start and whenever it changes, and keeps what it came to. Every replica has one. */
export function createOriginKeeper(options: OriginKeeperOptions): OriginKeeper {
  const { createSource, onChange, events, clock, random, log } = options;
  const entries = new Map<string, Entry>();
  const queue = createWorkQueue({
    work: refresh,
    concurrency: 8,
    firstDelay: 1_000,
    maxDelay: 60_000,
    clock,
    random,
  });

  async function refresh(name: string): Promise<"done" | "retry"> {
    const entry = entries.get(name);
    if (entry === undefined) return "done";
    try {
      keep(name, entry, await entry.source.read());
      return "done";
    } catch (err) {
      log.error({ registry: name, err }, "could not read credentials");
      return "retry";
    }
  }

  function keep(name: string, entry: Entry, result: SourceResult): void {
    if (entries.get(name) !== entry) return; // replaced while it was being read
    report(name, result);
    const origin = toOrigin(result);
    tellTransition(name, entry, result);
    // Whatever pulled until now goes on pulling: something broken never takes the place of the last good credential.
    if (origin.kind === "broken" && entry.origin.kind === "ready") return;
    if (isSameOrigin(origin, entry.origin)) return;
    entry.origin = origin;
    onChange(name);
  }

  /** A Kubernetes Event where the origin becomes unusable, and where it becomes usable again. */
  function tellTransition(mapping: string, entry: Entry, result: SourceResult): void {
    const before = entry.last?.kind;
    entry.last = result;
    const isFirst = before === undefined && result.kind === "credentials";
    if (before !== result.kind && !isFirst) tell(mapping, result);
  }

  function tell(mapping: string, result: SourceResult): void {
    if (result.kind === "credentials") {
      const note = "The credential is usable: the copies follow.";
      events.tell({ type: "Normal", reason: NoticeReason.CredentialAccepted, mapping, note });
    } else if (result.kind === "missing") {
      const note = `No credential: ${result.message}.`;
      events.tell({ type: "Warning", reason: NoticeReason.CredentialMissing, mapping, note });
    } else {
      const [first] = result.problems;
      const problem = first === undefined ? "" : `: ${first.path} ${first.message}`;
      const note = `The credential is refused${problem}. The copies keep the last good one.`;
      events.tell({ type: "Warning", reason: NoticeReason.CredentialRefused, mapping, note });
    }
  }

  function report(registry: string, result: SourceResult): void {
    if (result.kind === "missing") log.warn({ registry, problem: result.message }, "no credential yet");
    if (result.kind === "broken") log.error({ registry, problems: result.problems }, "credential refused");
    if (result.kind !== "credentials") return;
    for (const finding of result.findings) log.warn({ registry, ...finding }, "credential finding");
  }

  async function replace(mappings: readonly SourceTemplate[]): Promise<void> {
    const wanted = new Map(mappings.map((mapping) => [mapping.name, mapping]));
    for (const [name, entry] of entries) {
      if (wanted.has(name)) continue;
      entry.unwatch();
      entries.delete(name);
    }
    for (const [name, mapping] of wanted) {
      const present = entries.get(name);
      if (present?.fingerprint === fingerprintOf(mapping)) continue;
      present?.unwatch();
      const source = createSource(mapping);
      const unwatch = source.watch(() => queue.add(name));
      // With another origin the last good credential of the former means nothing.
      const place = placeOf(mapping);
      const { origin, last } = present?.place === place ? present : { origin: UNREAD };
      entries.set(name, { fingerprint: fingerprintOf(mapping), place, source, unwatch, origin, last });
      queue.add(name);
    }
    await queue.idle();
  }

  function tellProblems(): void {
    for (const [name, { last }] of entries) {
      if (last !== undefined && last.kind !== "credentials") tell(name, last);
    }
  }

  async function stop(): Promise<void> {
    for (const entry of entries.values()) entry.unwatch();
    entries.clear();
    await queue.stop();
  }

  return {
    of: (mapping) => entries.get(mapping)?.origin ?? UNREAD,
    troubleOf(mapping) {
      const last = entries.get(mapping)?.last;
      return last?.kind === "credentials" ? undefined : last;
    },
    replace,
    tellProblems,
    idle: queue.idle,
    stop,
  };
}

function fingerprintOf({ matchImages, credentials, secretName }: SourceTemplate): string {
  return JSON.stringify({ matchImages, credentials, secretName });
}

function placeOf({ credentials, secretName }: SourceTemplate): string {
  return JSON.stringify({ credentials, secretName });
}

function toOrigin(result: SourceResult): Origin {
  return result.kind === "credentials" ? readyOrigin(result.credentials) : result;
}
