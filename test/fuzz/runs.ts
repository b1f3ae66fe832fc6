/** How many cases each property is tried with: few in a pull request, many at night. */
export const numRuns: number = Number(process.env.FUZZ_RUNS ?? 1000);

/** For what takes milliseconds a case, such as whole documents of many kinds. */
export const slowRuns: number = Math.min(numRuns, 20_000);
