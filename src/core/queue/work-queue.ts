import type { Clock } from "../time/clock.ts";

/**
 * What a worker says of a key: `retry` comes back later, each time later than before, and not sooner than so many
 * milliseconds where somebody has asked for that.
 */
export type WorkResult = "done" | "retry" | { readonly retryAfter: number };

export type WorkQueueOptions = {
  /** Works on one key. A rejection counts as `retry`. */
  readonly work: (key: string) => Promise<WorkResult>;
  /** Told of each rejection. */
  readonly onError?: (error: unknown, key: string) => void;
  /** How many keys are worked on at a time. */
  readonly concurrency: number;
  /** The delay after the first failure and the limit of its doubling, in milliseconds. */
  readonly firstDelay: number;
  readonly maxDelay: number;
  /** The rate limit of a key: how long it rests after it was worked on, in milliseconds. */
  readonly settle?: number;
  readonly clock: Clock;
  /** A number in [0, 1): the delays are spread by it, so that keys that failed together don't come back together. */
  readonly random: () => number;
};

export type WorkQueue = {
  /** Asks for work on a key: at once, however often it failed before, unless it has to rest. */
  add(key: string): void;
  /** Asks for work on a key as if it had failed just now. */
  later(key: string): void;
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
  const { work, onError, concurrency, firstDelay, maxDelay, settle = 0, clock, random } = options;
  const ready = new Set<string>();
  const running = new Set<string>();
  const resting = new Set<string>();
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
      if (running.has(key) || resting.has(key)) continue;
      ready.delete(key);
      running.add(key);
      void run(key);
    }
    if (isIdle()) {
      for (const resolve of waiters) resolve();
      waiters = [];
    }
  }

  async function run(key: string): Promise<void> {
    const result = await work(key).catch((error: unknown): WorkResult => {
      onError?.(error, key);
      return "retry";
    });
    running.delete(key);
    if (result === "done") failures.delete(key);
    else putOff(key, result === "retry" ? 0 : result.retryAfter);
    if (settle > 0 && !isStopped) rest(key);
    startNext();
  }

  function rest(key: string): void {
    resting.add(key);
    clock.after(settle, () => {
      resting.delete(key);
      if (ready.has(key)) startNext();
    });
  }

  function later(key: string): void {
    putOff(key, 0);
  }

  function putOff(key: string, asked: number): void {
    if (isStopped || ready.has(key)) return;
    const count = failures.get(key) ?? 0;
    failures.set(key, count + 1);
    const usual = Math.min(maxDelay, firstDelay * 2 ** count) * (0.5 + random() / 2);
    delayed.get(key)?.();
    delayed.set(
      key,
      clock.after(Math.max(usual, asked * (1 + random() / 4)), () => add(key)),
    );
  }

  function isIdle(): boolean {
    return running.size === 0 && [...ready].every((key) => resting.has(key));
  }

  function idle(): Promise<void> {
    if (isIdle()) return Promise.resolve();
    return new Promise((resolve) => waiters.push(resolve));
  }

  function stop(): Promise<void> {
    isStopped = true;
    for (const cancel of delayed.values()) cancel();
    delayed.clear();
    ready.clear();
    return idle();
  }

  return { add, later, idle, stop };
}
