import type { AlibabaAttempt } from "../../../core/cloud/alibaba/explain-refusal.ts";
import { type AlibabaConfig, alibabaSchema } from "../../../core/config/sources/alibaba-schema.ts";
import type { Redacted } from "../../../core/credential/redacted.ts";
import { isJsonObject } from "../../../core/json/json-object.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { missingIdentity, projectedIdentity } from "../projected-identity.ts";
import type { AlibabaApi } from "./alibaba-api.ts";
import { readSessionKeys, readSessionSeconds, SESSION_NAME } from "./session-keys.ts";
import { type AlibabaKeys, formatAcsDate } from "./sign-acs3.ts";

export type RrsaOptions = {
  readonly config: NonNullable<NonNullable<AlibabaConfig["auth"]>["rrsa"]>;
  readonly environment: NodeJS.ProcessEnv;
  readonly api: AlibabaApi;
  readonly stsUrl: string;
};

const ROLE = "ALIBABA_CLOUD_ROLE_ARN";
const PROVIDER = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
const TOKEN_FILE = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";
const { sessionDuration } = alibabaSchema.properties.auth.properties.rrsa.properties;

/** Whether the environment says what ACK's webhook tells Pods with a RAM role. */
export function hasRrsaEnvironment(environment: NodeJS.ProcessEnv): boolean {
  return [ROLE, PROVIDER, TOKEN_FILE].every((name) => Boolean(environment[name]));
}

/** The RAM role of pullcred's own ServiceAccount. */
export function rrsa({ config, environment, api, stsUrl }: RrsaOptions): CloudIdentity<AlibabaKeys> {
  const roleArn = config.roleArn ?? environment[ROLE];
  const providerArn = config.oidcProviderArn ?? environment[PROVIDER];
  const path = config.tokenFile ?? environment[TOKEN_FILE];
  if (!roleArn) return nothing(ROLE, "roleArn");
  if (!providerArn) return nothing(PROVIDER, "oidcProviderArn");
  if (!path) return nothing(TOKEN_FILE, "tokenFile");
  const duration = readSessionSeconds(config.sessionDuration ?? sessionDuration.default);

  async function assume(role: string, token: Redacted, signal?: AbortSignal): Promise<AlibabaKeys> {
    const attempt: AlibabaAttempt = {
      goal: `assume role ${role}`,
      action: "sts:AssumeRoleWithOIDC",
      identity: "pullcred's ServiceAccount",
      role,
      secrets: [token],
    };
    const answer = await api.call(
      ({ now, nonce }) => ({
        method: "POST",
        url: `${stsUrl}/?${new URLSearchParams({
          Action: "AssumeRoleWithOIDC",
          Format: "JSON",
          SignatureNonce: nonce,
          Timestamp: formatAcsDate(now),
          Version: "2015-04-01",
        })}`,
        headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
        // The token is in the body, because addresses are written to logs.
        body: `${new URLSearchParams({
          DurationSeconds: duration,
          OIDCProviderArn: providerArn ?? "",
          OIDCToken: token.reveal(),
          RoleArn: role,
          RoleSessionName: SESSION_NAME,
        })}`,
      }),
      attempt,
      signal,
    );
    return readSessionKeys(isJsonObject(answer.Credentials) ? answer.Credentials : {}, attempt.goal);
  }

  return projectedIdentity({
    path,
    name: `role ${roleArn}`,
    exchange: (token, signal) => assume(roleArn, token, signal),
  });
}

function nothing(variable: string, key: string): CloudIdentity<AlibabaKeys> {
  const message = `${variable} is not set: let pullcred's ServiceAccount have a RAM role (RRSA), or write auth.rrsa.${key}`;
  return missingIdentity(message);
}
