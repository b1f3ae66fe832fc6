import type { AwsAttempt } from "../../../core/cloud/aws/explain-refusal.ts";
import { readAuthorization } from "../../../core/cloud/aws/read-authorization.ts";
import type { CredentialSource } from "../../../core/credential/source.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { Clock } from "../../../core/time/clock.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { toCloudResult } from "../cloud-result.ts";
import { type AwsApi, secretsOf } from "./aws-api.ts";
import type { AwsKeys, SigningScope } from "./sign-request.ts";

export type EcrTokenOptions = {
  readonly api: AwsApi;
  readonly clock: Clock;
  readonly identity: CloudIdentity<AwsKeys>;
  readonly baseUrl: string;
  readonly scope: SigningScope;
  /** The `X-Amz-Target`. */
  readonly target: string;
  /** Completes "could not", such as `get a token of ECR`. */
  readonly goal: string;
  readonly matchImages: readonly string[];
};

/** The token that the operation GetAuthorizationToken of a service gives. */
export function ecrTokenSource(options: EcrTokenOptions): CredentialSource {
  const { api, clock, identity, baseUrl, scope, target, goal, matchImages } = options;
  const request = {
    method: "POST",
    url: `${baseUrl}/`,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    body: "{}",
  };
  return {
    async read(signal) {
      const resolved = await identity.resolve(signal);
      if (resolved.kind === "missing") return resolved;
      const { keys, name } = resolved;
      const attempt: AwsAttempt = {
        goal,
        action: `${scope.service}:GetAuthorizationToken`,
        identity: name,
        secrets: secretsOf(keys),
      };
      const body = await api.call({ request, signing: { ...scope, keys }, attempt }, signal);
      const token = readAuthorization(body, api.now());
      if (!token.ok) throw new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: ${token.problem}`);
      // Its end is told in the servers' time, and waited for in this machine's.
      const expiresAt = token.expiresAt - (api.now() - clock.now());
      return toCloudResult({ ...token, expiresAt }, matchImages, clock.now());
    },
    watch: identity.watch,
  };
}
