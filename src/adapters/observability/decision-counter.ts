import { Counter, type Registry } from "prom-client";
import { MAPPING_REASONS, type MappingReason } from "../../core/policy/mapping-reasons.ts";

/** Counts what became of each mapping in the reviews that concern it. */
export type DecisionCounter = {
  count(mapping: string, reason: MappingReason): void;
  /** Has the names of the mappings in force read whenever the metrics are: these have series, and no others. */
  follow(mappings: () => readonly string[]): void;
};

type Tally = Record<MappingReason, number>;

/**
 * Counts in plain numbers, and makes series of them when somebody reads the metrics: a counter of prom-client hashes its
 * labels each time, and this one counts for every mapping of every review.
 */
export function createDecisionCounter(registers: Registry[]): DecisionCounter {
  const tallies = new Map<string, Tally>();
  let readMappings: () => readonly string[] = () => [];
  new Counter({
    name: "pullcred_decisions_total",
    help: "What became of a registry's pull secret in the reviews of Pods that concern it, by reason.",
    labelNames: ["registry", "reason"],
    registers,
    collect() {
      const mappings = new Set(readMappings());
      for (const gone of [...tallies.keys()].filter((name) => !mappings.has(name))) tallies.delete(gone);
      this.reset();
      for (const registry of mappings) {
        const tally = tallies.get(registry) ?? emptyTally();
        for (const reason of MAPPING_REASONS) {
          // That a mapping was never used should be seen; the other reasons are rare, and a series each would be many.
          if (tally[reason] > 0 || reason === "Injected") this.inc({ registry, reason }, tally[reason]);
        }
      }
    },
  });
  return {
    count(mapping, reason) {
      let tally = tallies.get(mapping);
      if (tally === undefined) {
        tally = emptyTally();
        tallies.set(mapping, tally);
      }
      tally[reason]++;
    },
    follow(mappings) {
      readMappings = mappings;
    },
  };
}

function emptyTally(): Tally {
  return { Injected: 0, AlreadyPresent: 0, SecretNotMountable: 0, NamespaceExcluded: 0, NamespaceUnknown: 0 };
}
