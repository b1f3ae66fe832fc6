import { Counter, type Registry } from "prom-client";

/** Counts what became of each mapping. */
export type MappingCounter<Value extends string> = {
  count(mapping: string, value: Value): void;
  /** Has the names of the mappings in force read whenever the metrics are: these have series, and no others. */
  follow(mappings: () => readonly string[]): void;
};

export type MappingCounterOptions<Value extends string> = {
  readonly name: string;
  readonly help: string;
  /** The label beside `registry`. */
  readonly label: string;
  /** All that it may be. */
  readonly values: readonly Value[];
  /** What is seen of a mapping before it was counted once: Prometheus knows no increase of what begins with 1. */
  readonly zeros: readonly Value[];
  readonly registers: Registry[];
};

/**
 * Counts in plain numbers, and makes series of them when somebody reads the metrics: a counter of prom-client hashes its
 * labels each time, and decisions are counted for every mapping of every review.
 */
export function createMappingCounter<Value extends string>(
  options: MappingCounterOptions<Value>,
): MappingCounter<Value> {
  const { name, help, label, values, zeros, registers } = options;
  const tallies = new Map<string, Record<Value, number>>();
  let readMappings: () => readonly string[] = () => [];

  function emptyTally(): Record<Value, number> {
    return Object.fromEntries(values.map((value) => [value, 0])) as Record<Value, number>;
  }

  new Counter({
    name,
    help,
    labelNames: ["registry", label],
    registers,
    collect() {
      const mappings = new Set(readMappings());
      for (const gone of [...tallies.keys()].filter((mapping) => !mappings.has(mapping)))
        tallies.delete(gone);
      this.reset();
      for (const registry of mappings) {
        const tally = tallies.get(registry) ?? emptyTally();
        for (const value of values) {
          if (tally[value] > 0 || zeros.includes(value)) this.inc({ registry, [label]: value }, tally[value]);
        }
      }
    },
  });
  return {
    count(mapping, value) {
      let tally = tallies.get(mapping);
      if (tally === undefined) {
        tally = emptyTally();
        tallies.set(mapping, tally);
      }
      tally[value]++;
    },
    follow(mappings) {
      readMappings = mappings;
    },
  };
}
