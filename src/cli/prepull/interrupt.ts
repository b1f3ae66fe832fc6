import type { KubeClient } from "../../adapters/kube/client/kube-client.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** What changes the cluster has usually been answered long before, and then it is known what there is to clean up. */
const PATIENCE_MS = 2_000;

/** What becomes of signals while something has to be cleaned up. */
export type Interrupt = {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** Aborts a moment later: what changes the cluster, and has no answer even then, is given up. */
  readonly patience: AbortSignal;
  /** Signals end the process again, and one that came does so now, so that a shell knows. */
  pass(): void;
};

/** From now on a signal ends the waiting only, and further ones change nothing. */
export function expectInterrupt(): Interrupt {
  const controller = new AbortController();
  const impatient = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (received !== undefined) return;
    received = signal;
    controller.abort();
    setTimeout(() => impatient.abort(new Error("there was no answer yet")), PATIENCE_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    patience: impatient.signal,
    pass() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
      if (received !== undefined) process.kill(process.pid, received);
    },
  };
}

/** Waits no longer than until the signal, which has ended the work itself as well, and then rejects with its reason. */
export async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** The same client for what may stay without an answer: nobody waits for one after the signal. */
export function interruptible(client: KubeClient, signal: AbortSignal): KubeClient {
  return {
    ...client,
    async send(call) {
      signal.throwIfAborted();
      return untilAborted(client.send(call, signal), signal);
    },
  };
}
