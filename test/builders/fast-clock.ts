import { fileURLToPath } from "node:url";

/** How many times as fast the clock runs. */
const PACE = 10;
const SINCE = "PULLCRED_TEST_CLOCK_SINCE";

/** A clock that runs fast, so that what takes a credential's lifetime can be awaited. */
export type FastClock = {
  readonly now: () => number;
  /** What makes a process run by it. */
  readonly environment: NodeJS.ProcessEnv;
};

/** A clock that starts at the time that it is. */
export function fastClock(): FastClock {
  const since = Date.now();
  const options = `${process.env.NODE_OPTIONS ?? ""} --import=${fileURLToPath(import.meta.url)}`;
  return { now: quicken(Date.now, since), environment: { NODE_OPTIONS: options, [SINCE]: `${since}` } };
}

function quicken(now: () => number, since: number): () => number {
  return () => since + (now() - since) * PACE;
}

// In the process that preloads this file.
const since = Number(process.env[SINCE] ?? Number.NaN);
if (!Number.isNaN(since)) {
  const { setTimeout: wait } = globalThis;
  Date.now = quicken(Date.now, since);
  // Node's own fetch uses it, too, with arguments for the callback.
  const sooner = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): NodeJS.Timeout =>
    wait(callback, ms / PACE, ...args);
  globalThis.setTimeout = Object.assign(sooner, wait) as typeof setTimeout;
}
