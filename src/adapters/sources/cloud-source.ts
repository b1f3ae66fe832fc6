import type { CredentialsConfig } from "../../core/config/schema.ts";
import type { CredentialSource } from "../../core/credential/source.ts";
import type { SecretStore } from "../../core/secret/secret-store.ts";
import type { Clock } from "../../core/time/clock.ts";
import type { SendHttp } from "../http/send-http.ts";
import { lazySource } from "./lazy-source.ts";

/** What every cloud's source needs. */
export type CloudContext = {
  readonly matchImages: readonly string[];
  readonly secrets: SecretStore;
  readonly ownNamespace: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
};

/** What credentials name a cloud. */
export type CloudCredentials = Exclude<
  CredentialsConfig,
  { secretRef: unknown } | { configFile: unknown } | { exec: unknown }
>;

/** An attempt takes at most so long; a reading of all that a cloud is asked for has its own limit. */
const TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;
const MAX_BODY = 1024 * 1024;

/** The source of a cloud, whose code is loaded when it is first read. */
export function cloudSource(credentials: CloudCredentials, context: CloudContext): CredentialSource {
  return lazySource(() => load(credentials, context));
}

async function load(credentials: CloudCredentials, context: CloudContext): Promise<CredentialSource> {
  const options = { ...context, send: await loadHttp(context.clock) };
  if ("ecr" in credentials) {
    const { ecrSource } = await import("./aws/ecr.ts");
    return ecrSource({ ...options, config: credentials.ecr });
  }
  if ("ecrPublic" in credentials) {
    const { ecrPublicSource } = await import("./aws/ecr.ts");
    return ecrPublicSource({ ...options, config: credentials.ecrPublic });
  }
  if ("gar" in credentials) {
    const { garSource } = await import("./google/gar.ts");
    return garSource({ ...options, config: credentials.gar });
  }
  if ("azure" in credentials) {
    const { azureSource } = await import("./azure/acr.ts");
    return azureSource({ ...options, config: credentials.azure });
  }
  if ("alibaba" in credentials) {
    const { alibabaSource } = await import("./alibaba/alibaba-source.ts");
    return alibabaSource({ ...options, config: credentials.alibaba });
  }
  const { tencentSource } = await import("./tencent/tencent-source.ts");
  return tencentSource({ ...options, config: credentials.tencent });
}

async function loadHttp(clock: Clock): Promise<SendHttp> {
  const { createHttp } = await import("../http/send-http.ts");
  const limits = { timeout: TIMEOUT_MS, attempts: ATTEMPTS, maxBody: MAX_BODY };
  return createHttp({ fetch: globalThis.fetch, clock, random: Math.random, ...limits });
}
