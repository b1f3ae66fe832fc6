import type { Mapping } from "../core/config/compile.ts";
import { copyKey } from "../core/copy/copy-key.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import type { CopyOutcome } from "../core/copy/ensure-copy.ts";
import type { UnfinishedCopies } from "../core/copy/unfinished-copies.ts";
import type { Namespace } from "../core/namespace/namespace.ts";
import type { Clock } from "../core/time/clock.ts";
import type { CopyWriter } from "./copy-writer.ts";

export type CopyEnsurerOptions = {
  readonly writer: Pick<CopyWriter, "isKnownCurrent" | "write">;
  /** Where what does not stand yet is handed over to whoever keeps the copies right. */
  readonly unfinished: UnfinishedCopies;
  readonly clock: Clock;
};

/** Makes copies stand while a review waits. Every replica has one. */
export type CopyEnsurer = {
  /** Whether the copy is known to stand and to be right, without asking. */
  isKnownCurrent(mapping: Mapping, namespace: Namespace): boolean;
  /** Makes the copy stand, or says after `deadline` milliseconds that it is still being written. */
  ensure(mapping: Mapping, namespace: Namespace, dryRun: boolean, deadline: number): Promise<CopyOutcome>;
  /** Resolves when nothing is being written, or when what still is has been handed over. */
  stop(): Promise<void>;
};

/** A write that has not ended by then is nobody's any more: the next review begins another. */
const LONGEST_FLIGHT_MS = 30_000;

/** How long the end waits for a write: as long as a request may take. */
const LONGEST_LANDING_MS = 5_000;

/** With these the copy stands or never has to; every other one leaves something to do. */
const FINISHED: ReadonlySet<CopyResult> = new Set([
  CopyResult.Current,
  CopyResult.Written,
  CopyResult.DryRun,
  CopyResult.NamespaceTerminating,
]);

type Flight = { readonly mapping: Mapping; readonly outcome: Promise<CopyOutcome> };

/** Reviews that need the same copy at the same time share one write. */
export function createCopyEnsurer({ writer, unfinished, clock }: CopyEnsurerOptions): CopyEnsurer {
  const flights = new Map<string, Flight>();

  function fly(mapping: Mapping, namespace: string): Promise<CopyOutcome> {
    const key = copyKey(namespace, mapping.secretName);
    const present = flights.get(key);
    // After a reload another mapping may have the name.
    if (present?.mapping === mapping) return present.outcome;
    const flight: Flight = { mapping, outcome: writer.write(mapping, namespace, false) };
    flights.set(key, flight);
    const land = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    const cancel = clock.after(LONGEST_FLIGHT_MS, () => {
      land();
      unfinished.add(key);
    });
    const finish = (isFinished: boolean): void => {
      cancel();
      land();
      if (!isFinished) unfinished.add(key);
    };
    flight.outcome.then(
      ({ result }) => finish(FINISHED.has(result)),
      () => finish(false),
    );
    return flight.outcome;
  }

  /** A namespace that may have opted out is left to whoever keeps the copies right, and looks it up until it is known. */
  function leave(mapping: Mapping, namespace: string, dryRun: boolean): CopyOutcome {
    if (writer.isKnownCurrent(mapping, namespace)) return { result: CopyResult.Current };
    if (dryRun) return { result: CopyResult.DryRun };
    unfinished.add(copyKey(namespace, mapping.secretName));
    return { result: CopyResult.Delayed };
  }

  return {
    isKnownCurrent: (mapping, { name, terminating }) => !terminating && writer.isKnownCurrent(mapping, name),
    async ensure(mapping, { name, terminating, isUnknown }, dryRun, deadline) {
      if (terminating) return { result: CopyResult.NamespaceTerminating };
      if (isUnknown) return leave(mapping, name, dryRun);
      const outcome = dryRun ? writer.write(mapping, name, true) : fly(mapping, name);
      return new Promise((resolve, reject) => {
        const cancel = clock.after(deadline, () => resolve({ result: CopyResult.Delayed }));
        outcome.then(resolve, reject).finally(cancel);
      });
    },
    async stop() {
      const landed = Promise.allSettled([...flights.values()].map(({ outcome }) => outcome));
      const { promise: isLate, resolve: giveUp } = Promise.withResolvers<void>();
      const cancel = clock.after(LONGEST_LANDING_MS, giveUp);
      await Promise.race([landed, isLate]);
      cancel();
      for (const key of flights.keys()) unfinished.add(key);
    },
  };
}
