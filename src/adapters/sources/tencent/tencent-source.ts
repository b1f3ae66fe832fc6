import type { TencentAttempt } from "../../../core/cloud/tencent/explain-refusal.ts";
import { readInstanceToken } from "../../../core/cloud/tencent/read-token.ts";
import { type TencentConfig, tencentSchema } from "../../../core/config/sources/tencent-schema.ts";
import type { CredentialSource, SourceResult } from "../../../core/credential/source.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { SecretStore } from "../../../core/secret/secret-store.ts";
import type { Clock } from "../../../core/time/clock.ts";
import type { SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { toCloudResult } from "../cloud-result.ts";
import { toBaseUrl } from "../cloud-url.ts";
import { apiKey } from "./api-key.ts";
import { camRole } from "./cam-role.ts";
import { hasOidcEnvironment, oidc } from "./oidc.ts";
import { secretsOf, signTc3, type TencentKeys } from "./sign-tc3.ts";
import { createTencentApi, type TencentApi } from "./tencent-api.ts";

export type TencentSourceOptions = {
  readonly config: TencentConfig;
  /** The mapping's patterns; `tencentMatchImages` where none are written. */
  readonly matchImages: readonly string[];
  readonly secrets: SecretStore;
  readonly ownNamespace: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly send: SendHttp;
  readonly clock: Clock;
  readonly metadataUrl?: string;
};

/** The metadata server of every CVM instance. */
const METADATA_URL = "http://metadata.tencentyun.com";
const { endpoint, stsEndpoint } = tencentSchema.properties;

/** Tencent Container Registry as a source of credentials. */
export function tencentSource(options: TencentSourceOptions): CredentialSource {
  const { config, matchImages, send, clock } = options;
  const { registryId, region } = config;
  const api = createTencentApi(send, clock);
  const identity = chooseIdentity(options, api);
  const call = {
    baseUrl: toBaseUrl(config.endpoint ?? endpoint.default),
    service: "tcr",
    action: "CreateInstanceToken",
    version: "2019-09-24",
    region,
    body: JSON.stringify({ RegistryId: registryId, TokenType: "temp" }),
  };

  async function read(signal?: AbortSignal): Promise<SourceResult> {
    const resolved = await identity.resolve(signal);
    if (resolved.kind === "missing") return resolved;
    const { keys, name } = resolved;
    const attempt: TencentAttempt = {
      goal: `get a token of ${registryId}`,
      action: "tcr:CreateInstanceToken",
      identity: name,
      secrets: secretsOf(keys),
    };
    const answer = await api.call((now) => signTc3(call, keys, now), attempt, signal);
    const token = readInstanceToken(answer, api.now());
    if (!token.ok) {
      throw new PullcredError(ErrorCode.SourceFailed, `could not ${attempt.goal}: ${token.problem}`);
    }
    const expiresAt = token.expiresAt - (api.now() - clock.now());
    return toCloudResult({ ...token, expiresAt }, matchImages, clock.now());
  }

  return { read, watch: identity.watch };
}

function chooseIdentity(options: TencentSourceOptions, api: TencentApi): CloudIdentity<TencentKeys> {
  const { config, secrets, ownNamespace, environment, send, metadataUrl = METADATA_URL } = options;
  const { auth = hasOidcEnvironment(environment) ? { oidc: {} } : { camRole: {} } } = config;
  if (auth.secretRef !== undefined) {
    return apiKey({ secrets, namespace: ownNamespace, name: auth.secretRef.name });
  }
  if (auth.oidc === undefined) return camRole({ name: auth.camRole?.name, send, metadataUrl });
  const stsUrl = toBaseUrl(config.stsEndpoint ?? stsEndpoint.default);
  return oidc({ config: auth.oidc, region: config.region, environment, api, stsUrl });
}
