import t, { type Test } from "tap";
import { shutDownOn } from "../../src/cli/serve/shutdown.ts";
import type { AdmissionApp } from "../../src/server/admission-app.ts";
import { createReadiness } from "../../src/server/readiness.ts";
import { logRecorder } from "../builders/log-recorder.ts";

/** What nobody else sends here. */
const SIGNALS = ["SIGUSR2", "SIGWINCH"] as const;

function begin(t: Test, drainDelay: number) {
  const readiness = createReadiness();
  readiness.set(null);
  let closed = 0;
  const close = async (): Promise<void> => {
    closed += 1;
  };
  const admission = { close } as unknown as AdmissionApp;
  const over = shutDownOn(SIGNALS, { readiness, admission, drainDelay, log: logRecorder().log });
  t.teardown(() => {
    for (const signal of SIGNALS) process.removeAllListeners(signal);
  });
  return { readiness, over, closed: () => closed };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

t.test("a signal ends readiness, and the server closes after the delay", async (t) => {
  const { readiness, over, closed } = begin(t, 0);
  t.equal(readiness.problem(), null);
  process.emit("SIGUSR2");
  const keepAlive = setTimeout(() => undefined, 60_000); // the delay alone keeps no process alive
  await over;
  clearTimeout(keepAlive);
  t.equal(readiness.problem(), "shutting down");
  t.equal(closed(), 1);
});

t.test("a second signal skips the delay, and any more change nothing", async (t) => {
  const { over, closed, readiness } = begin(t, 600);
  process.emit("SIGUSR2");
  await settle();
  t.ok(readiness.isDraining());
  t.equal(closed(), 0, "it goes on serving");
  process.emit("SIGWINCH");
  await over;
  t.equal(closed(), 1);
  process.emit("SIGUSR2");
  for (const signal of SIGNALS)
    t.equal(process.listenerCount(signal), 1, `${signal} kills no process that ends`);
});

t.test("two signals in the same moment are two", async (t) => {
  const { over, closed } = begin(t, 600);
  process.emit("SIGUSR2");
  process.emit("SIGUSR2");
  await over;
  t.equal(closed(), 1);
});
