import { explainRegistryRefusal } from "../../../core/cloud/azure/explain-refusal.ts";
import { readJwtExpiry } from "../../../core/cloud/azure/jwt-expiry.ts";
import { readJsonObject, readText } from "../../../core/cloud/read-json.ts";
import { type AzureConfig, azureSchema } from "../../../core/config/sources/azure-schema.ts";
import { Redacted } from "../../../core/credential/redacted.ts";
import type { CredentialSource } from "../../../core/credential/source.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { Clock } from "../../../core/time/clock.ts";
import type { SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { toCloudResult } from "../cloud-result.ts";
import { toBaseUrl } from "../cloud-url.ts";
import { managedIdentity } from "./managed-identity.ts";
import { hasWorkloadIdentityEnvironment, workloadIdentity } from "./workload-identity.ts";

export type AzureOptions = {
  readonly config: AzureConfig;
  readonly matchImages: readonly string[];
  readonly send: SendHttp;
  readonly clock: Clock;
  /** Where Azure Workload Identity says who pullcred's ServiceAccount is. */
  readonly environment: NodeJS.ProcessEnv;
};

/** With it, the password is a refresh token of the registry. */
const USERNAME = "00000000-0000-0000-0000-000000000000";

/**
 * A registry of Azure as a source of credentials: a token of Entra ID is exchanged for one of the registry's own.
 * (https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md)
 */
export function azureSource(options: AzureOptions): CredentialSource {
  const { config, matchImages, send, clock } = options;
  const { registry, endpoint = registry } = config;
  const identity = chooseIdentity(options);
  const goal = `get a token of ${registry}`;

  async function exchange(token: Redacted, name: string, signal?: AbortSignal): Promise<Redacted> {
    const body = new URLSearchParams({
      access_token: token.reveal(),
      grant_type: "access_token",
      service: registry,
    });
    const request = {
      method: "POST",
      url: `${toBaseUrl(endpoint)}/oauth2/exchange`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: body.toString(),
    };
    const answer = await send(() => request, signal);
    if (answer.status !== 200) {
      const attempt = { goal, identity: name, secrets: [token] };
      throw fail(explainRegistryRefusal(attempt, answer));
    }
    const refreshToken = readText(readJsonObject(answer.body), "refresh_token");
    if (refreshToken === undefined) throw fail(`could not ${goal}: the answer has no token`);
    return new Redacted(refreshToken);
  }

  return {
    async read(signal) {
      const resolved = await identity.resolve(signal);
      if (resolved.kind === "missing") return resolved;
      const password = await exchange(resolved.keys, resolved.name, signal);
      const expiresAt = readJwtExpiry(password.reveal());
      if (expiresAt === undefined)
        throw fail(`could not ${goal}: the token in the answer does not say when it ends`);
      return toCloudResult({ username: USERNAME, password, expiresAt }, matchImages, clock.now());
    },
    watch: identity.watch,
  };
}

function chooseIdentity({ config, environment, send }: AzureOptions): CloudIdentity<Redacted> {
  const { audience: written = azureSchema.properties.audience.default, auth } = config;
  const shared = { audience: written.replace(/\/$/, ""), environment, send };
  if (auth?.managedIdentity) return managedIdentity({ ...shared, config: auth.managedIdentity });
  if (auth?.workloadIdentity) return workloadIdentity({ ...shared, config: auth.workloadIdentity });
  return hasWorkloadIdentityEnvironment(environment)
    ? workloadIdentity({ ...shared, config: {} })
    : managedIdentity({ ...shared, config: {} });
}

function fail(message: string): PullcredError {
  return new PullcredError(ErrorCode.SourceFailed, message);
}
