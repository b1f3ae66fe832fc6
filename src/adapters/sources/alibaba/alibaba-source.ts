import { isDeepStrictEqual } from "node:util";
import { alibabaMatchImages } from "../../../core/config/sources/alibaba-match-images.ts";
import { type AlibabaConfig, alibabaSchema } from "../../../core/config/sources/alibaba-schema.ts";
import type { CredentialFinding } from "../../../core/credential/credentials.ts";
import type { CredentialSource, SourceResult } from "../../../core/credential/source.ts";
import { PullcredError } from "../../../core/error.ts";
import type { SecretStore } from "../../../core/secret/secret-store.ts";
import type { Clock } from "../../../core/time/clock.ts";
import type { SendHttp } from "../../http/send-http.ts";
import { toCloudResult } from "../cloud-result.ts";
import { toBaseUrl } from "../cloud-url.ts";
import { createAlibabaApi } from "./alibaba-api.ts";
import { createAlibabaIdentity } from "./alibaba-identity.ts";
import { createRegistryApi, type RegistryApi } from "./registry-api.ts";

export type AlibabaSourceOptions = {
  readonly config: AlibabaConfig;
  /** The mapping's patterns; `alibabaMatchImages` where none are written. */
  readonly matchImages: readonly string[];
  readonly secrets: SecretStore;
  readonly ownNamespace: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly send: SendHttp;
  readonly clock: Clock;
  readonly metadataUrl?: string;
};

/** The metadata server of every ECS instance. */
const METADATA_URL = "http://100.100.100.200";

/** Alibaba Cloud Container Registry as a source of credentials. */
export function alibabaSource(options: AlibabaSourceOptions): CredentialSource {
  const { config, matchImages, send, clock, metadataUrl = METADATA_URL } = options;
  const api = createAlibabaApi(send, clock);
  const stsUrl = toBaseUrl(config.stsEndpoint ?? endpointOf("sts", config));
  const identity = createAlibabaIdentity({ ...options, api, stsUrl, metadataUrl });
  const isByDefault = isDeepStrictEqual(matchImages, alibabaMatchImages(config));
  /** What was found last: a look that fails for a moment takes nothing away. */
  let domains: readonly string[] = [];

  /** Finds the instance's other hosts. Patterns that somebody wrote are all that the credential is meant for. */
  async function findDomains(registry: RegistryApi, id: string): Promise<readonly CredentialFinding[]> {
    if (!isByDefault) return [];
    try {
      domains = await registry.listDomains(id);
      return [];
    } catch (error) {
      if (!(error instanceof PullcredError)) throw error;
      return [{ path: "matchImages", message: `${error.message}; to do without, write matchImages` }];
    }
  }

  async function read(signal?: AbortSignal): Promise<SourceResult> {
    const resolved = await identity.resolve(signal);
    if (resolved.kind === "missing") return resolved;
    const registry = createRegistryApi({
      api,
      url: toBaseUrl(config.endpoint ?? endpointOf("cr", config)),
      region: config.region,
      keys: resolved.keys,
      identity: resolved.name,
      ...(signal && { signal }),
    });
    const { instanceName } = config;
    const id =
      config.instanceId ??
      (instanceName === undefined ? undefined : await registry.findInstance(instanceName));
    const token = await registry.getToken(id);
    const findings = id === undefined ? [] : await findDomains(registry, id);
    const result = toCloudResult(
      { ...token, expiresAt: token.expiresAt - (api.now() - clock.now()) },
      [...new Set([...matchImages, ...domains])],
      clock.now(),
    );
    return result.kind === "credentials"
      ? { ...result, findings: [...result.findings, ...findings] }
      : result;
  }

  return { read, watch: identity.watch };
}

function endpointOf(product: "cr" | "sts", { region, network }: AlibabaConfig): string {
  const isPrivate = (network ?? alibabaSchema.properties.network.default) === "vpc";
  return `${product}${isPrivate ? "-vpc" : ""}.${region}.aliyuncs.com`;
}
