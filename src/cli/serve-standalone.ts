import { hostname } from "node:os";
import { followConfigFile } from "../adapters/files/config-file.ts";
import { createLogger } from "../adapters/observability/logger.ts";
import { createMetrics } from "../adapters/observability/metrics.ts";
import { createSource } from "../adapters/sources/create-source.ts";
import { type DataDirectory, openDataDirectory } from "../adapters/standalone/data-directory.ts";
import { createMemoryNamespaceStore } from "../adapters/standalone/memory-namespace-store.ts";
import { createMemorySecretStore } from "../adapters/standalone/memory-secret-store.ts";
import { secretFiles } from "../adapters/standalone/secret-files.ts";
import { systemClock } from "../adapters/time/system-clock.ts";
import { createCopyKeeper } from "../controllers/copy-keeper.ts";
import { createOriginKeeper } from "../controllers/origin-keeper.ts";
import { buildAdmissionApp } from "../server/admission-app.ts";
import { buildManagementApp } from "../server/management-app.ts";
import { createReadiness } from "../server/readiness.ts";
import { listenOn } from "./listen.ts";
import { loadConfig } from "./load-config.ts";
import type { ServeOptions } from "./serve.ts";
import { announce } from "./serve-announcement.ts";
import { openServingCertificate } from "./serving-certificate.ts";
import { shutDownOn } from "./shutdown.ts";

/** Wires the standalone webhook, serves until a signal comes, and resolves when everything has ended. */
export async function serve(options: ServeOptions): Promise<void> {
  const initial = await loadConfig(options.config);
  const log = createLogger(options.logLevel);
  const metrics = createMetrics();
  const readiness = createReadiness();
  const certificate = await openServingCertificate({
    options,
    hosts: ["localhost", hostname()],
    metrics,
    log,
  });

  const secrets = createMemorySecretStore(
    options.dataDir === undefined ? undefined : secretFiles(options.dataDir),
  );
  const namespaces = createMemoryNamespaceStore();
  let dataDirectory: DataDirectory | undefined;
  if (options.dataDir !== undefined) {
    dataDirectory = await openDataDirectory({ path: options.dataDir, secrets, namespaces, log });
  }

  const shared = { clock: systemClock, random: Math.random, log };
  const origins = createOriginKeeper({
    ...shared,
    createSource: (mapping) =>
      createSource(mapping, {
        secrets,
        ownNamespace: options.namespace,
        environment: process.env,
        clock: systemClock,
      }),
    onChange: (mapping) => copies.originChanged(mapping),
  });
  const configFile = followConfigFile({
    path: options.config,
    initial,
    metrics,
    log,
    onChange: (config) => void origins.replace(config.mappings).then(() => copies.configChanged()),
  });
  const copies = createCopyKeeper({
    ...shared,
    secrets,
    namespaces,
    origins,
    config: configFile.current,
    ownNamespace: options.namespace,
    observe: (result, registry) => metrics.copies.inc({ registry, result }),
  });
  await origins.replace(initial.mappings);
  copies.configChanged();

  const admission = buildAdmissionApp(certificate.pair, readiness, {
    config: configFile.current,
    namespaces,
    ownNamespace: options.namespace,
    ensureCopy: copies.ensure,
    metrics,
    log,
  });
  certificate.onPair(({ certificate: cert, key }) => admission.server.setSecureContext({ cert, key }));
  const management = buildManagementApp(readiness, metrics);
  const url = await listenOn(admission, options.listen);
  const metricsUrl = await listenOn(management, options.metricsListen);
  readiness.set(null);
  announce(options.output, { url: `${url}/mutate`, metricsUrl, ca: certificate.caFile });

  await shutDownOn(["SIGTERM", "SIGINT"], { readiness, admission, drainDelay: options.drainDelay, log });
  certificate.stop();
  configFile.stop();
  dataDirectory?.stop();
  await copies.stop();
  await origins.stop();
  await management.close();
  log.info("stopped");
}
