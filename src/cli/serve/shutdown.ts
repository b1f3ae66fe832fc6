import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { AdmissionApp } from "../../server/admission-app.ts";
import type { Readiness } from "../../server/readiness.ts";

type Shutdown = {
  readonly readiness: Readiness;
  readonly admission: AdmissionApp;
  /** In seconds. */
  readonly drainDelay: number;
  readonly log: Logger;
};

/**
 * Resolves once a signal came and the last review is answered. First the server says that it is not ready and goes on
 * serving, because clients learn that late; each answer asks its client to connect anew, elsewhere. Then it stops to
 * accept, and its own limit says how long who is still connected can delay the end. A second signal skips the waiting,
 * and so does Ctrl-C on a terminal; more of them change nothing.
 */
export async function shutDownOn(signals: readonly NodeJS.Signals[], shutdown: Shutdown): Promise<void> {
  const { readiness, admission, drainDelay, log } = shutdown;
  const { first, second } = expectSignals(signals);
  const signal = await first;
  log.info({ signal, drainDelay }, "shutting down");
  readiness.drain();
  const isInteractive = signal === "SIGINT" && process.stdin.isTTY === true;
  if (!isInteractive) await Promise.race([sleep(drainDelay * 1_000, undefined, { ref: false }), second]);
  await admission.close();
}

/**
 * The listeners stay for good, because one Ctrl-C or `timeout` can send several signals: from the terminal, from npm, and
 * from the script in between. Without a listener, the last of them would kill the process in the middle of its work.
 */
function expectSignals(signals: readonly NodeJS.Signals[]): {
  readonly first: Promise<NodeJS.Signals>;
  readonly second: Promise<NodeJS.Signals>;
} {
  const first = Promise.withResolvers<NodeJS.Signals>();
  const second = Promise.withResolvers<NodeJS.Signals>();
  let count = 0;
  for (const signal of signals) {
    process.on(signal, () => {
      count += 1;
      (count === 1 ? first : second).resolve(signal);
    });
  }
  return { first: first.promise, second: second.promise };
}
