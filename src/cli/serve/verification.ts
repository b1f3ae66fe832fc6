import type { Logger } from "pino";
import type { Metrics } from "../../adapters/observability/metrics.ts";
import { createRegistryClient } from "../../adapters/registry/registry-client.ts";
import type { RegistryOptionNames } from "../../adapters/registry/registry-http.ts";
import { verifyMappings } from "../../adapters/registry/verify-mappings.ts";
import { createWrongLogins } from "../../adapters/registry/wrong-logins.ts";
import { monotonicClock, systemClock } from "../../adapters/time/system-clock.ts";
import {
  type CredentialVerifier,
  type CredentialVerifierOptions,
  startCredentialVerifier,
  WRONG_DELAY_MS,
} from "../../controllers/credential-verifier.ts";
import type { ServeOptions } from "./command.ts";
import type { CurrentTrust } from "./registry-trust.ts";

export type VerificationOptions = Pick<CredentialVerifierOptions, "mappings" | "origins" | "events"> & {
  readonly options: Pick<ServeOptions, "verifyEvery" | "verifyInsecureHost">;
  readonly currentTrust: CurrentTrust;
  readonly metrics: Metrics;
  readonly log: Logger;
};

/** Tries credentials while this process leads; does nothing where nobody has asked for it. */
export type Verification = {
  lead(): void;
  credentialsChanged(mapping: string): void;
  mappingsChanged(): void;
  /** What is known of the mappings in force: nothing while another replica leads. */
  known: CredentialVerifier["known"];
  follow(): Promise<void>;
};

/** As long as `verify` waits by default. */
const TIMEOUT_MS = 10_000;

/** What failures name as their remedy, with the values of the chart: who uses that sets no option. */
export const VERIFY_OPTION_NAMES: RegistryOptionNames = {
  caFile: "--verify-ca-file (verification.caBundle of the chart)",
  insecureHost: "--verify-insecure-host (verification.insecureHosts of the chart)",
};

/** Wires the verifying on a schedule: what `pullcred verify` does without images, again and again. */
export function createVerification(wiring: VerificationOptions): Verification {
  const { options, currentTrust, metrics, log, ...shared } = wiring;
  const { verifyEvery: interval, verifyInsecureHost: insecureHosts } = options;
  let verifier: CredentialVerifier | undefined;
  const known: Verification["known"] = () => verifier?.known() ?? [];
  metrics.knownVerdicts(known);
  if (interval !== undefined) metrics.verifications.follow(() => shared.mappings().map(({ name }) => name));
  // For longer than a term as the leader: the next one may begin at once.
  const wrongLogins = createWrongLogins({ clock: monotonicClock, keepFor: WRONG_DELAY_MS });

  /** With a client of its own: what another one remembers may no longer be so, but for what is wrong. */
  const verify: CredentialVerifierOptions["verify"] = async (mapping, credentials, signal) => {
    const trust = await currentTrust();
    const limits = { timeout: TIMEOUT_MS, maxSockets: 1 };
    const access = { trust, insecureHosts, optionNames: VERIFY_OPTION_NAMES, wrongLogins };
    const client = createRegistryClient({ ...limits, ...access, clock: systemClock, signal });
    const own = new Map([[mapping.name, credentials]]);
    try {
      return await verifyMappings([mapping], { client, known: own, concurrency: 1, onDone: () => undefined });
    } finally {
      client.close();
    }
  };

  return {
    lead() {
      if (interval === undefined) return;
      verifier = startCredentialVerifier({
        ...shared,
        verify,
        interval,
        observe: (verdict, registry) => metrics.verifications.count(registry, verdict),
        clock: monotonicClock,
        now: systemClock.now,
        random: Math.random,
        log,
      });
    },
    credentialsChanged: (mapping) => verifier?.credentialsChanged(mapping),
    mappingsChanged: () => verifier?.mappingsChanged(),
    known,
    async follow() {
      const ending = verifier;
      verifier = undefined;
      await ending?.stop();
    },
  };
}
