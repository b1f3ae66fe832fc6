/** How many cases each property is tried with: few in a pull request, many at night. */
export const numRuns: number = Number(process.env.FUZZ_RUNS ?? 1000);
