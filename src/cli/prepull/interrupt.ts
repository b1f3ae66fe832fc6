const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What becomes of signals while something has to be cleaned up. */
export type Interrupt = {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** Signals end the process again. */
  release(): void;
  /** The same, and it ends by the signal that came, so that a shell knows. */
  pass(): void;
};

/** From now on a signal ends the waiting only, and further ones change nothing. */
export function expectInterrupt(): Interrupt {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    received ??= signal;
    controller.abort();
  };
  const release = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    release,
    pass() {
      release();
      if (received !== undefined) process.kill(process.pid, received);
    },
  };
}
