import { hostname } from "node:os";
import { createLogger } from "../../adapters/observability/logger.ts";
import { createMetrics } from "../../adapters/observability/metrics.ts";
import { systemClock } from "../../adapters/time/system-clock.ts";
import { createStatusBoard } from "../../core/status/status-board.ts";
import { buildAdmissionApp } from "../../server/admission-app.ts";
import { buildManagementApp } from "../../server/management-app.ts";
import { createReadiness } from "../../server/readiness.ts";
import { loadConfigToFollow } from "../load-config.ts";
import { announce } from "./announcement.ts";
import type { Backend } from "./backend.ts";
import type { ServeOptions } from "./command.ts";
import { listenOnBoth } from "./listen.ts";
import { openTrust } from "./registry-trust.ts";
import { openServingCertificate } from "./serving-certificate.ts";
import { shutDownOn } from "./shutdown.ts";
import { createWebhook } from "./webhook.ts";

/** Serves the webhook until a signal comes, and resolves when everything has ended. */
export async function serve(options: ServeOptions): Promise<void> {
  const initial = await loadConfigToFollow(options.config);
  const { log, flush } = createLogger({ level: options.logLevel, clock: systemClock });
  const currentTrust = await openTrust(options.verifyCaFile, log);
  const metrics = createMetrics();
  const readiness = createReadiness();
  const hosts = ["localhost", hostname()];
  const backend = await openBackend();
  const context = { options, hosts, backend, metrics, log };
  const certificate = await openServingCertificate(context).catch(async (error: unknown) => {
    await backend.stop();
    throw error;
  });
  const board = options.statusPage ? createStatusBoard(systemClock.now) : undefined;
  const webhook = createWebhook({ options, initial, backend, metrics, currentTrust, board, log });
  const admission = buildAdmissionApp(certificate.pair, readiness, { ...webhook.reviews, metrics, log });
  let pair = certificate.pair;
  certificate.onPair((next) => {
    pair = next;
    admission.server.setSecureContext({ cert: next.certificate, key: next.key });
  });
  const management = buildManagementApp(readiness, metrics);
  if (board !== undefined) {
    const { openStatusPage } = await import("./status/open-status-page.ts");
    const parts = { options, backend, board, readiness, state: webhook.state, clock: systemClock };
    openStatusPage(management, { ...parts, instance: hostname(), pair: () => pair }, log);
  }
  try {
    // The probes answer from the start; reviews are answered, too, but none is sent here before this is ready.
    const [url, metricsUrl] = await listenOnBoth(
      [admission, options.listen],
      [management, options.metricsListen],
    );
    const stopped = shutDownOn(["SIGTERM", "SIGINT"], {
      readiness,
      admission,
      drainDelay: options.drainDelay,
      log,
    });
    const started = webhook.start().then(() => certificate.ready);
    const isStarted = await Promise.race([started.then(() => true), stopped.then(() => false)]);
    if (isStarted) {
      readiness.set(null);
      announce(options.output, { url: `${url}/mutate`, metricsUrl, ca: certificate.caFile });
    }
    await stopped;
    await management.close();
    log.info("stopped");
  } finally {
    certificate.stop();
    await webhook.stop();
    flush();
  }

  async function openBackend(): Promise<Backend> {
    if (options.standalone) {
      const { openStandaloneBackend } = await import("./standalone-backend.ts");
      return openStandaloneBackend(options.dataDir, log);
    }
    const { openClusterBackend } = await import("./cluster-backend.ts");
    return openClusterBackend({ ...options, environment: process.env, metrics, log });
  }
}
