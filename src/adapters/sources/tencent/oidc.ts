import type { TencentAttempt } from "../../../core/cloud/tencent/explain-refusal.ts";
import type { TencentConfig } from "../../../core/config/sources/tencent-schema.ts";
import type { Redacted } from "../../../core/credential/redacted.ts";
import { isJsonObject } from "../../../core/json/json-object.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { missingIdentity, projectedIdentity } from "../projected-identity.ts";
import { readSessionKeys } from "./session-keys.ts";
import { type TencentKeys, unsignedTcCall } from "./sign-tc3.ts";
import type { TencentApi } from "./tencent-api.ts";

export type OidcOptions = {
  readonly config: NonNullable<NonNullable<TencentConfig["auth"]>["oidc"]>;
  readonly region: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly api: TencentApi;
  readonly stsUrl: string;
};

const ROLE = "TKE_ROLE_ARN";
const PROVIDER = "TKE_PROVIDER_ID";
const TOKEN_FILE = "TKE_WEB_IDENTITY_TOKEN_FILE";
/** Long enough for the one call that the session is for, and what every role allows. */
const SESSION_SECONDS = 3_600;

/** Whether the environment says what TKE's webhook tells Pods with a CAM role. */
export function hasOidcEnvironment(environment: NodeJS.ProcessEnv): boolean {
  return [ROLE, PROVIDER, TOKEN_FILE].every((name) => Boolean(environment[name]));
}

/** The CAM role of pullcred's own ServiceAccount. */
export function oidc({ config, region, environment, api, stsUrl }: OidcOptions): CloudIdentity<TencentKeys> {
  const roleArn = config.roleArn ?? environment[ROLE];
  const providerId = config.providerId ?? environment[PROVIDER];
  const path = config.tokenFile ?? environment[TOKEN_FILE];
  if (!roleArn) return nothing(ROLE, "roleArn");
  if (!providerId) return nothing(PROVIDER, "providerId");
  if (!path) return nothing(TOKEN_FILE, "tokenFile");

  async function assume(role: string, token: Redacted, signal?: AbortSignal): Promise<TencentKeys> {
    const attempt: TencentAttempt = {
      goal: `assume role ${role}`,
      action: "sts:AssumeRoleWithWebIdentity",
      identity: "pullcred's ServiceAccount",
      role,
      secrets: [token],
    };
    const call = {
      baseUrl: stsUrl,
      service: "sts",
      action: "AssumeRoleWithWebIdentity",
      version: "2018-08-13",
      region,
      body: JSON.stringify({
        DurationSeconds: SESSION_SECONDS,
        ProviderId: providerId,
        RoleArn: role,
        RoleSessionName: "pullcred",
        WebIdentityToken: token.reveal(),
      }),
    };
    const { Credentials } = await api.call((now) => unsignedTcCall(call, now), attempt, signal);
    return readSessionKeys(isJsonObject(Credentials) ? Credentials : {}, attempt.goal);
  }

  return projectedIdentity({
    path,
    name: `role ${roleArn}`,
    exchange: (token, signal) => assume(roleArn, token, signal),
  });
}

function nothing(variable: string, key: string): CloudIdentity<TencentKeys> {
  const message = `${variable} is not set: let pullcred's ServiceAccount have a CAM role, or write auth.oidc.${key}`;
  return missingIdentity(message);
}
