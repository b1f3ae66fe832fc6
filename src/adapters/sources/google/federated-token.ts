import type { AccessToken } from "../../../core/cloud/google/access-token.ts";
import type { CredentialConfig } from "../../../core/cloud/google/credential-config.ts";
import { readJsonObject, readText } from "../../../core/cloud/read-json.ts";
import { Redacted } from "../../../core/credential/redacted.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import { tokenFile } from "../token-file.ts";
import { requestToken, type TokenClient } from "./token-request.ts";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const URN = "urn:ietf:params:oauth";

/**
 * Exchanges the token of another identity provider, such as a cluster, for one of Google's: by RFC 8693, and from there for
 * one of a service account where the configuration says so.
 * (https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token)
 */
export async function federatedToken(
  client: TokenClient,
  config: CredentialConfig,
  signal?: AbortSignal,
): Promise<AccessToken> {
  const { audience, subjectTokenType, tokenUrl, impersonationUrl } = config;
  const subject = await readSubject(config, signal);
  const body = new URLSearchParams({
    audience,
    grant_type: `${URN}:grant-type:token-exchange`,
    requested_token_type: `${URN}:token-type:access_token`,
    scope: SCOPE,
    subject_token: subject.reveal(),
    subject_token_type: subjectTokenType,
  });
  const request = {
    method: "POST",
    url: tokenUrl,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: body.toString(),
  };
  const goal = "exchange the token for one of Google's";
  const remedyOf = (): string => `check that ${audience} accepts the token's issuer, audience and subject`;
  const federated = await requestToken(client, { request, goal, secrets: [subject], remedyOf }, signal);
  return impersonationUrl === undefined
    ? federated
    : impersonate(client, { ...config, impersonationUrl }, federated.token, signal);
}

/** (https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken) */
function impersonate(
  client: TokenClient,
  {
    impersonationUrl,
    lifetimeSeconds,
  }: { readonly impersonationUrl: string; readonly lifetimeSeconds: number },
  token: Redacted,
  signal?: AbortSignal,
): Promise<AccessToken> {
  const account = /([^/]+):generateAccessToken$/.exec(impersonationUrl)?.[1] ?? "the service account";
  const request = {
    method: "POST",
    url: impersonationUrl,
    headers: { authorization: `Bearer ${token.reveal()}`, "content-type": "application/json" },
    body: JSON.stringify({ scope: [SCOPE], lifetime: `${lifetimeSeconds}s` }),
  };
  const remedyOf = (status: number): string | undefined =>
    status === 403
      ? `iam.serviceAccounts.getAccessToken is not allowed: grant roles/iam.workloadIdentityUser on ${account} to the ` +
        "federated identity"
      : undefined;
  return requestToken(
    client,
    { request, goal: `impersonate ${account}`, secrets: [token], remedyOf },
    signal,
  );
}

async function readSubject(
  { tokenFile: path, tokenField }: CredentialConfig,
  signal?: AbortSignal,
): Promise<Redacted> {
  const content = await tokenFile(path).read(signal);
  if (content === null) throw fail(`there is no token in ${path}: project one`);
  if (tokenField === undefined) return content;
  const token = readText(readJsonObject(content.reveal()), tokenField);
  if (token === undefined) throw fail(`the JSON in ${path} has no ${tokenField}`);
  return new Redacted(token);
}

function fail(message: string): PullcredError {
  return new PullcredError(ErrorCode.SourceFailed, message);
}
