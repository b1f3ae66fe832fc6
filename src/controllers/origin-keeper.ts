import type { Logger } from "pino";
import type { CredentialsConfig } from "../core/config/schema.ts";
import type { Origin, Origins } from "../core/copy/origin.ts";
import { encodeDockerConfigJson } from "../core/credential/encode.ts";
import { Redacted } from "../core/credential/redacted.ts";
import type { CredentialSource, SourceResult } from "../core/credential/source.ts";
import { createWorkQueue } from "../core/queue/work-queue.ts";
import type { Clock } from "../core/time/clock.ts";

/** What of a mapping its source depends on. */
export type SourceTemplate = {
  readonly name: string;
  readonly matchImages: readonly string[];
  readonly credentials: CredentialsConfig;
};

export type OriginKeeperOptions = {
  readonly createSource: (mapping: SourceTemplate) => CredentialSource;
  /** Called when the origin of the mapping with this name came to something else. */
  readonly onChange: (mapping: string) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

export type OriginKeeper = Origins & {
  /** Puts the sources of these mappings in force and resolves when each of the new ones was read once. */
  replace(mappings: readonly SourceTemplate[]): Promise<void>;
  stop(): Promise<void>;
};

type Entry = {
  readonly fingerprint: string;
  readonly source: CredentialSource;
  readonly unwatch: () => void;
  origin: Origin;
};

const UNREAD: Origin = { kind: "missing", message: "the source has not been read yet" };

/** Reads each mapping's source at start and whenever it changes, and keeps what it came to. */
export function createOriginKeeper(options: OriginKeeperOptions): OriginKeeper {
  const { createSource, onChange, clock, random, log } = options;
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
    // Whatever pulled until now goes on pulling: something broken never takes the place of the last good credential.
    if (origin.kind === "broken" && entry.origin.kind === "ready") return;
    if (isSameOrigin(origin, entry.origin)) return;
    entry.origin = origin;
    onChange(name);
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
      const mapping = wanted.get(name);
      if (mapping !== undefined && fingerprintOf(mapping) === entry.fingerprint) continue;
      entry.unwatch();
      entries.delete(name);
    }
    for (const [name, mapping] of wanted) {
      if (entries.has(name)) continue;
      const source = createSource(mapping);
      const unwatch = source.watch(() => queue.add(name));
      entries.set(name, { fingerprint: fingerprintOf(mapping), source, unwatch, origin: UNREAD });
      queue.add(name);
    }
    await queue.idle();
  }

  async function stop(): Promise<void> {
    for (const entry of entries.values()) entry.unwatch();
    entries.clear();
    await queue.stop();
  }

  return { of: (mapping) => entries.get(mapping)?.origin ?? UNREAD, replace, stop };
}

function fingerprintOf({ matchImages, credentials }: SourceTemplate): string {
  return JSON.stringify({ matchImages, credentials });
}

function toOrigin(result: SourceResult): Origin {
  if (result.kind !== "credentials") return result;
  const text = encodeDockerConfigJson(result.credentials).reveal();
  return { kind: "ready", dockerConfigJson: new Redacted(Buffer.from(text).toString("base64")) };
}

function isSameOrigin(a: Origin, b: Origin): boolean {
  if (a.kind === "ready" && b.kind === "ready") return a.dockerConfigJson.equals(b.dockerConfigJson);
  return a.kind === b.kind;
}
