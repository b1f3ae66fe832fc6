import type { Logger } from "pino";
import type { Mapping } from "../core/config/compile.ts";
import { credentialsOf, isSameOrigin, type Origin, type Origins } from "../core/copy/origin.ts";
import type { Credentials } from "../core/credential/credentials.ts";
import type { EventSink } from "../core/event/event-sink.ts";
import { createWorkQueue, type WorkResult } from "../core/queue/work-queue.ts";
import { setAlarm } from "../core/refresh/alarm.ts";
import { describeProblems } from "../core/refresh/judge-result.ts";
import type { Clock } from "../core/time/clock.ts";
import { concludeLogins, isConclusive, updateLogins } from "../core/verify/conclude-logins.ts";
import { noCredential, type Outcome, Verdict, type VerifyResult } from "../core/verify/verdict.ts";
import { createVerificationReport, type VerificationReport } from "./verification-report.ts";

export type CredentialVerifierOptions = {
  /** Logs in with a mapping's credentials at its registries. Rejects at once when the signal is aborted. */
  readonly verify: (
    mapping: Mapping,
    credentials: Credentials | Outcome,
    signal: AbortSignal,
  ) => Promise<readonly VerifyResult[]>;
  /** In milliseconds. */
  readonly interval: number;
  /** The mappings in force. */
  readonly mappings: () => readonly Mapping[];
  readonly origins: Origins;
  readonly events: EventSink;
  /** Told of each mapping that was tried, for metrics. */
  readonly observe: (verdict: Verdict, registry: string) => void;
  /** One that nobody can set: only durations count. */
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Logger;
};

export type CredentialVerifier = {
  /** The mapping's origin came to something else. */
  credentialsChanged(mapping: string): void;
  /** What is known of the mappings in force. */
  known(): readonly Verification[];
  /** Gives up what has begun, and resolves when that has ended. */
  stop(): Promise<void>;
};

/** What is known of a mapping's credentials. */
export type Verification = {
  readonly registry: string;
  readonly verdict: Verdict;
  /** When a registry last said yes or no to them, in milliseconds since the epoch; undefined where none has. */
  readonly concludedAt: number | undefined;
};

type Entry = Verification & {
  /** What was tried. */
  readonly origin: Origin;
  readonly results: readonly VerifyResult[];
  readonly report: VerificationReport;
};

/** Until then the origins are there. */
const FIRST_DELAY_MS = 10_000;
/** A registry may learn of a new credential a little later than its owner. */
const SETTLE_MS = 5_000;
/** Twice in half an hour, in which directories lock an account that fails five times. */
const WRONG_DELAY_MS = 15 * 60_000;

/**
 * Logs in with what the copies hold at the registries of each mapping, again and again, and tells when that no longer works,
 * and when it does again. Only the leader runs one.
 *
 * | a mapping's credentials              | are tried again                                       |
 * |--------------------------------------|-------------------------------------------------------|
 * | work, or nothing was learned of them | after the interval                                    |
 * | are wrong                            | in a quarter of an hour, so that no account is locked |
 * | came to something else               | in some seconds                                       |
 */
export function startCredentialVerifier(options: CredentialVerifierOptions): CredentialVerifier {
  const { verify, interval, mappings, origins, events, observe, clock, now, random, log } = options;
  const entries = new Map<string, Entry>();
  const settling = new Map<string, () => void>();
  const ending = new AbortController();
  const queue = createWorkQueue({
    work: tryMapping,
    concurrency: 4,
    firstDelay: WRONG_DELAY_MS,
    maxDelay: WRONG_DELAY_MS,
    clock,
    random,
  });
  let cancelRound = clock.after(FIRST_DELAY_MS * (0.5 + random() / 2), beginRound);

  function beginRound(): void {
    const names = new Set([...entries.keys(), ...mappings().map(({ name }) => name)]);
    // What is wrong waits in the queue for its own time.
    for (const name of names) if (!isWrong(name)) queue.add(name);
    // Spread, so that clusters that were started together do not go on together.
    cancelRound = setAlarm(clock, clock.now() + interval * (1 - random() / 10), beginRound);
  }

  function isWrong(name: string): boolean {
    return entries.get(name)?.verdict === Verdict.WrongCredentials;
  }

  async function tryMapping(name: string): Promise<WorkResult> {
    const mapping = mappings().find((candidate) => candidate.name === name);
    if (mapping === undefined) entries.delete(name);
    if (mapping === undefined || ending.signal.aborted) return "done";
    const origin = origins.of(name);
    try {
      const results = await verify(mapping, toCredentials(origin), ending.signal);
      // What came to something else meanwhile is tried anew, and this tells nothing of it.
      const isOutdated = ending.signal.aborted || !isSameOrigin(origins.of(name), origin);
      if (!isOutdated) note(name, origin, results);
    } catch (err) {
      if (!ending.signal.aborted) log.error({ registry: name, err }, "could not verify credentials");
    }
    return isWrong(name) ? { retryAfter: WRONG_DELAY_MS } : "done";
  }

  function note(registry: string, origin: Origin, results: readonly VerifyResult[]): void {
    const before = entries.get(registry);
    const same = before !== undefined && isSameOrigin(before.origin, origin) ? before : undefined;
    const known = updateLogins(same?.results ?? [], results);
    const [learned, concluded] = [concludeLogins(results), concludeLogins(known)];
    if (learned === undefined || concluded === undefined) return;
    const { report } = before ?? { report: createVerificationReport({ mapping: registry, events, log }) };
    const concludedAt = isConclusive(learned) ? now() : same?.concludedAt;
    const { verdict } = concluded;
    entries.set(registry, { registry, verdict, concludedAt, origin, results: known, report });
    observe(learned.verdict, registry);
    report.tried(learned, concluded, same === undefined);
  }

  return {
    credentialsChanged(name) {
      settling.get(name)?.();
      const cancel = clock.after(SETTLE_MS, () => {
        settling.delete(name);
        queue.add(name);
      });
      settling.set(name, cancel);
    },
    known() {
      const names = new Set(mappings().map(({ name }) => name));
      return [...entries.values()].filter(({ registry }) => names.has(registry));
    },
    async stop() {
      ending.abort();
      cancelRound();
      for (const cancel of settling.values()) cancel();
      await queue.stop();
    },
  };
}

function toCredentials(origin: Origin): Credentials | Outcome {
  if (origin.kind === "ready") return credentialsOf(origin);
  return noCredential(origin.kind === "missing" ? origin.message : describeProblems(origin.problems));
}
