import type { Clock } from "../time/clock.ts";

/** What a worker says of a key: `retry` comes back later, each time later than before. */
export type WorkResult = "done" | "retry";

export type WorkQueueOptions = {
  /** Works on one key. A rejection counts as `retry`. */
  readonly work: (key: string) => Promise<WorkResult>;
  /** How many keys are worked on at a time. */
  readonly concurrency: number;
  /** The delay after the first failure and the limit of its doubling, in milliseconds. */
  readonly firstDelay: number;
  readonly maxDelay: number;
  readonly clock: Clock;
  /** A number in [0, 1): the delays are spread by it, so that keys that failed together don't come back together. */
  readonly random: () => number;
};

export type WorkQueue = {
  /** Asks for work on a key: at once, however often it failed before. */
  add(key: string): void;
  /** Resolves when nothing is waiting or being worked on; keys that wait out a delay don't count. */
  idle(): Promise<void>;
  /** Takes no more work and resolves when what had begun has ended. */
  stop(): Promise<void>;
};

/**
 * A queue with the rules of client-go's workqueue: a key is in it at most once, is never worked on twice at a time, and
 * is worked on again if it was added meanwhile; a failing key waits by itself and delays no other.
 * (https://github.com/kubernetes/client-go/blob/master/util/workqueue/queue.go)
 */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { work, concurrency, firstDelay, maxDelay, clock, random } = options;
  const ready = new Set<string>();
  const running = new Set<string>();
  const delayed = new Map<string, () => void>();
  const failures = new Map<string, number>();
  let waiters: (() => void)[] = [];
  let isStopped = false;

  function add(key: string): void {
    if (isStopped) return;
    delayed.get(key)?.();
    delayed.delete(key);
    ready.add(key);
    startNext();
  }

  function startNext(): void {
    for (const key of ready) {
      if (running.size >= concurrency) return;
      if (running.has(key)) continue;
      ready.delete(key);
      running.add(key);
      void run(key);
    }
    if (ready.size === 0 && running.size === 0) {
      for (const resolve of waiters) resolve();
      waiters = [];
    }
  }

  async function run(key: string): Promise<void> {
    const result = await work(key).catch((): WorkResult => "retry");
    running.delete(key);
    if (result === "done") failures.delete(key);
    else delay(key);
    startNext();
  }

  function delay(key: string): void {
    if (isStopped || ready.has(key)) return;
    const count = failures.get(key) ?? 0;
    failures.set(key, count + 1);
    const longest = Math.min(maxDelay, firstDelay * 2 ** count);
    delayed.set(
      key,
      clock.after(longest * (0.5 + random() / 2), () => add(key)),
    );
  }

  function idle(): Promise<void> {
    if (ready.size === 0 && running.size === 0) return Promise.resolve();
    return new Promise((resolve) => waiters.push(resolve));
  }

  function stop(): Promise<void> {
    isStopped = true;
    for (const cancel of delayed.values()) cancel();
    delayed.clear();
    ready.clear();
    return idle();
  }

  return { add, idle, stop };
}
