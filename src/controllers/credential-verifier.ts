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
import { describePlan, planLogins } from "../core/verify/login-plan.ts";
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
  /** Other mappings are in force. */
  mappingsChanged(): void;
  /** What is known of the mappings in force. */
  known(): readonly Verification[];
  /** Gives up what has begun, and resolves when that has ended. */
  stop(): Promise<void>;
};

/** What is known of a mapping's credentials. */
export type Verification = {
  readonly registry: string;
  readonly verdict: Verdict;
  /**
   * When it was last told that a registry says yes or no to them, in milliseconds since the epoch; undefined where none has. A
   * no may be as old as `WRONG_DELAY_MS` then.
   */
  readonly concludedAt: number | undefined;
};

type Entry = Verification & {
  /** What was tried. */
  readonly origin: Origin;
  readonly results: readonly VerifyResult[];
};

/** What is being tried, or was, and for which mapping. */
type Attempt = { readonly origin: Origin; readonly plan: string };

/** Until then the origins are there. */
const FIRST_DELAY_MS = 10_000;
/** A registry may learn of a new credential a little later than its owner. */
const SETTLE_MS = 5_000;
/**
 * For how long a login that was refused is not sent again. Directories lock an account that fails five times in half an hour,
 * in which it is sent twice or thrice.
 */
export const WRONG_DELAY_MS = 15 * 60_000;

/**
 * Logs in with what the copies hold at the registries of each mapping, again and again, and tells when that no longer works,
 * and when it does again. Only the leader runs one.
 *
 * | a mapping's credentials              | are tried again                                       |
 * |--------------------------------------|-------------------------------------------------------|
 * | work, or nothing was learned of them | after the interval                                    |
 * | are wrong                            | in a quarter of an hour, so that no account is locked |
 * | came to something else               | in some seconds                                       |
 * | are from, or for, another place now  | in some seconds; what was known is forgotten at once  |
 */
export function startCredentialVerifier(options: CredentialVerifierOptions): CredentialVerifier {
  const { verify, interval, mappings, origins, events, observe, clock, now, random, log } = options;
  const attempts = new Map<string, Attempt>();
  const entries = new Map<string, Entry>();
  const reports = new Map<string, VerificationReport>();
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
    // What is wrong waits in the queue for its own time.
    for (const { name } of mappings()) if (!isWrong(name)) queue.add(name);
    // Spread, so that clusters that were started together do not go on together.
    cancelRound = setAlarm(clock, clock.now() + interval * (1 - random() / 10), beginRound);
  }

  function isWrong(name: string): boolean {
    return entries.get(name)?.verdict === Verdict.WrongCredentials;
  }

  function find(name: string): Mapping | undefined {
    return mappings().find((mapping) => mapping.name === name);
  }

  async function tryMapping(name: string): Promise<WorkResult> {
    const mapping = find(name);
    if (mapping === undefined || ending.signal.aborted) return "done";
    const origin = origins.of(name);
    const attempt = { origin, plan: planOf(mapping, origin) };
    attempts.set(name, attempt);
    // What came to something else meanwhile is tried anew, and this tells nothing of it.
    const isOutdated = (): boolean =>
      ending.signal.aborted || attempts.get(name) !== attempt || !isSameOrigin(origins.of(name), origin);
    try {
      const results = await verify(mapping, toCredentials(origin), ending.signal);
      if (!isOutdated()) note(name, origin, results);
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
    const report = reports.get(registry) ?? createVerificationReport({ mapping: registry, events, log });
    reports.set(registry, report);
    const concludedAt = isConclusive(learned) ? now() : same?.concludedAt;
    const { verdict } = concluded;
    entries.set(registry, { registry, verdict, concludedAt, origin, results: known });
    observe(learned.verdict, registry);
    report.tried(learned, concluded, same === undefined);
  }

  /** Tries a mapping when nothing has changed any more for a while. */
  function trySoon(name: string): void {
    settling.get(name)?.();
    const cancel = clock.after(SETTLE_MS, () => {
      settling.delete(name);
      queue.add(name);
    });
    settling.set(name, cancel);
  }

  return {
    credentialsChanged: trySoon,
    mappingsChanged() {
      for (const [name, { origin, plan }] of attempts) {
        const mapping = find(name);
        if (mapping !== undefined && planOf(mapping, origin) === plan) continue;
        attempts.delete(name);
        entries.delete(name);
        // An alarm that was told ends when it works at the other registries, or with the mapping.
        if (mapping !== undefined) trySoon(name);
      }
      for (const name of reports.keys()) if (find(name) === undefined) reports.delete(name);
    },
    known: () => [...entries.values()],
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

/** What of a mapping decides about a try: where its origin is, and which of its keys are for which registries. */
function planOf(mapping: Mapping, origin: Origin): string {
  const { credentials, secretName } = mapping;
  const logins = origin.kind === "ready" ? describePlan(planLogins(mapping, credentialsOf(origin))) : "";
  return JSON.stringify([credentials, secretName, logins]);
}
