import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { type ConfigFile, followConfigFile } from "../../adapters/files/config-file.ts";
import type { Metrics } from "../../adapters/observability/metrics.ts";
import { secretRefSource } from "../../adapters/sources/secret-ref.ts";
import { systemClock } from "../../adapters/time/system-clock.ts";
import { certificateIssuer } from "../../adapters/tls/certificate-issuer.ts";
import { type CertificateKeeper, startCertificateKeeper } from "../../controllers/certificate-keeper.ts";
import { createCopyEnsurer } from "../../controllers/copy-ensurer.ts";
import { createCopyKeeper } from "../../controllers/copy-keeper.ts";
import { createCopyWriter } from "../../controllers/copy-writer.ts";
import { countCopies } from "../../controllers/count-copies.ts";
import {
  createOriginKeeper,
  type OriginKeeper,
  type SourceTemplate,
} from "../../controllers/origin-keeper.ts";
import { listOriginStates } from "../../controllers/origin-states.ts";
import type { CompiledConfig } from "../../core/config/compile.ts";
import type { CredentialSource } from "../../core/credential/source.ts";
import type { StatusBoard } from "../../core/status/status-board.ts";
import type { ReviewDependencies } from "../../server/review-pod.ts";
import type { LoadedConfig } from "../load-config.ts";
import type { Backend, CertificatePlace } from "./backend.ts";
import type { ServeOptions } from "./command.ts";
import { createFirstOrigins } from "./first-origins.ts";
import { createLeaderDuties } from "./leader-duties.ts";
import type { CurrentTrust } from "./registry-trust.ts";
import type { WebhookState } from "./status/webhook-state.ts";
import { createVerification } from "./verification.ts";

export type WebhookOptions = {
  readonly options: ServeOptions;
  readonly initial: LoadedConfig;
  readonly backend: Backend;
  readonly metrics: Metrics;
  readonly currentTrust: CurrentTrust;
  /** Where it notes what the status page tells; undefined where there is none. */
  readonly board?: StatusBoard | undefined;
  readonly log: Logger;
};

/** The parts of the webhook behind its server. */
export type Webhook = {
  readonly reviews: Omit<ReviewDependencies, "metrics" | "log">;
  /** What the status page reads. */
  readonly state: WebhookState;
  /** Begins to work, and resolves when a review would find everything that is there. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** A source that takes longer must not keep the webhook from serving those that don't. */
const LONGEST_FIRST_READ_MS = 10_000;

/** Wires what decides, what makes the copies stand and what keeps them right. */
export function createWebhook(parts: WebhookOptions): Webhook {
  const { options, initial, backend, metrics, currentTrust, board, log } = parts;
  const { namespace: ownNamespace } = options;
  const { secrets, namespaces, serviceAccounts, owners, unfinished, events, leadership } = backend;
  const shared = { clock: systemClock, random: Math.random, log, events };

  const configFile: ConfigFile = followConfigFile({
    path: options.config,
    initial: initial.config,
    loaded: initial.text,
    metrics,
    log,
    onChange: (config) => void apply(config),
  });
  const origins: OriginKeeper = createOriginKeeper({
    ...shared,
    createSource: (mapping) => originOf(mapping),
    onChange(mapping) {
      copies.originChanged(mapping);
      firstOrigins.changed(mapping);
      verification.credentialsChanged(mapping);
    },
  });
  const firstOrigins = createFirstOrigins(() => origins);
  const mappings = (): CompiledConfig["mappings"] => configFile.current().mappings;
  const verification = createVerification({ options, currentTrust, mappings, origins, events, metrics, log });
  const writer = createCopyWriter({
    secrets,
    origins,
    owners,
    observe: (result, registry) => metrics.copies.count(registry, result),
    onOutcome: board?.failures.note,
    log,
  });
  const ensurer = createCopyEnsurer({ writer, unfinished, clock: systemClock });
  const copies = createCopyKeeper({
    ...shared,
    writer,
    secrets,
    namespaces,
    unfinished,
    config: configFile.current,
    ownNamespace,
    mayAct: leadership.isHeld,
  });
  const duties = createLeaderDuties({
    backend,
    config: configFile.current,
    ownNamespace,
    origins,
    copies,
    ensurer,
    verification,
    metrics,
    board,
    log,
  });
  const names = (): readonly string[] => mappings().map(({ name }) => name);
  metrics.decisions.follow(names);
  metrics.copies.follow(names);
  metrics.originStates(() => listOriginStates(mappings(), { origins, secrets, ownNamespace }));
  metrics.standingCopies(() => countCopies(configFile.current(), secrets, writer, ownNamespace));
  let isStopped = false;
  let certificate: CertificateKeeper | undefined;
  backend.onOwner((secretName, namespace) => {
    copies.ownerChanged(secretName, namespace);
    duties.ownerChanged(secretName, namespace);
  });

  /** Every replica reads a mapping's credential from its origin: what `secretRef` names, else what the leader wrote. */
  function originOf({ credentials, secretName, matchImages }: SourceTemplate): CredentialSource {
    const place = { store: secrets, namespace: ownNamespace, matchImages };
    if ("secretRef" in credentials) return secretRefSource({ ...place, name: credentials.secretRef.name });
    const whyMissing = "its source has yielded nothing yet, see the log of the leader";
    return secretRefSource({ ...place, name: secretName, whyMissing });
  }

  async function apply(config: CompiledConfig): Promise<void> {
    // First what is no longer allowed goes; whatever new credentials need to be read cannot delay that.
    copies.configChanged();
    backend.configure(config);
    duties.mappingsChanged();
    await origins.replace(config.mappings);
    copies.configChanged();
    duties.configChanged();
  }

  function keepCertificate(place: CertificatePlace): void {
    const mayAct = place.leadership.isHeld;
    certificate = startCertificateKeeper({ ...shared, ...place, secrets, issuer: certificateIssuer, mayAct });
  }

  async function leaveCertificate(): Promise<void> {
    const ending = certificate;
    certificate = undefined;
    await ending?.stop();
  }

  return {
    reviews: {
      config: configFile.current,
      namespaces,
      serviceAccounts,
      ownNamespace,
      copies: ensurer,
      decisions: board?.decisions,
    },
    state: { configFile, origins, writer, verification },
    async start() {
      backend.configure(configFile.current());
      await backend.ready();
      if (isStopped) return;
      await origins.replace(configFile.current().mappings);
      if (isStopped) return;
      leadership.start(duties.lead, duties.follow);
      const { certificates } = backend;
      certificates?.leadership.start(() => keepCertificate(certificates), leaveCertificate);
      // The first Pod should find the credentials that this process, or another one as the leader, is asking for.
      const mayTake = sleep(LONGEST_FIRST_READ_MS, undefined, { ref: false });
      await Promise.race([duties.asked(), firstOrigins.ready(configFile.current().mappings), mayTake]);
      await origins.idle();
    },
    async stop() {
      isStopped = true;
      configFile.stop();
      await Promise.all([leadership.stop(), backend.certificates?.leadership.stop(), ensurer.stop()]);
      await Promise.all([duties.follow(), leaveCertificate()]);
      await copies.stop();
      await origins.stop();
      await backend.stop();
    },
  };
}
