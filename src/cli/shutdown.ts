import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { AdmissionApp } from "../server/admission-app.ts";
import type { Readiness } from "../server/readiness.ts";

/** Reviews take less than the API server's longest webhook timeout; whoever is still connected then gets no answer. */
const LONGEST_REVIEW_MS = 30_000;

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
 * accept. A second signal skips the waiting, and so does Ctrl-C on a terminal.
 */
export async function shutDownOn(signals: readonly NodeJS.Signals[], shutdown: Shutdown): Promise<void> {
  const { readiness, admission, drainDelay, log } = shutdown;
  const signal = await nextSignal(signals);
  const again = nextSignal(signals);
  log.info({ signal, drainDelay }, "shutting down");
  readiness.drain();
  const isInteractive = signal === "SIGINT" && process.stdin.isTTY === true;
  if (!isInteractive) await Promise.race([sleep(drainDelay * 1_000, undefined, { ref: false }), again]);
  const giveUp = setTimeout(() => admission.server.closeAllConnections(), LONGEST_REVIEW_MS);
  await admission.close();
  clearTimeout(giveUp);
}

function nextSignal(signals: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      for (const other of signals) process.off(other, onSignal);
      resolve(signal);
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}
