import { readAwsError } from "../../../core/cloud/aws/aws-error.ts";
import { readMetadataKeys } from "../../../core/cloud/aws/metadata-keys.ts";
import { quoteMessage } from "../../../core/cloud/quote-message.ts";
import type { Redacted } from "../../../core/credential/redacted.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { missingIdentity, projectedIdentity } from "../projected-identity.ts";
import type { AwsKeys } from "./sign-request.ts";

export type PodIdentityOptions = { readonly environment: NodeJS.ProcessEnv; readonly send: SendHttp };

const URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const GOAL = "get the keys of EKS Pod Identity";

/** The agent on the node, by IPv4 and IPv6, and this machine: nobody else gets the token without TLS. */
const PLAIN_HOSTS = new Set(["169.254.170.23", "[fd00:ec2::23]", "127.0.0.1", "[::1]", "localhost"]);

/** Whether the environment says what EKS tells Pods with a Pod Identity association. */
export function hasPodIdentityEnvironment(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(environment[URI] && environment[TOKEN_FILE]);
}

/**
 * The IAM role of a Pod Identity association, by the agent on the node.
 * (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html)
 */
export function podIdentity({ environment, send }: PodIdentityOptions): CloudIdentity<AwsKeys> {
  const uri = environment[URI];
  const path = environment[TOKEN_FILE];
  if (!uri || !path) {
    const message = `${URI} and ${TOKEN_FILE} are not set: make a Pod Identity association for pullcred's ServiceAccount`;
    return missingIdentity(message);
  }

  async function ask(token: Redacted, signal?: AbortSignal): Promise<AwsKeys> {
    const url = URL.parse(uri ?? "");
    if (url === null || !(url.protocol === "https:" || PLAIN_HOSTS.has(url.hostname))) {
      throw fail(`${URI} is neither HTTPS nor the agent's address`);
    }
    const headers = { authorization: token.reveal() };
    const { status, body } = await send(() => ({ method: "GET", url: url.href, headers }), signal);
    if (status !== 200) {
      // The agent answers in words, and with [CODE] in front.
      const said = quoteMessage(readAwsError(body).message || body, [token]);
      throw fail(
        `the agent answered with status ${status}: "${said}"; is the ServiceAccount associated with a role?`,
      );
    }
    const found = readMetadataKeys(body);
    if (found === null) throw fail("the answer has no keys");
    return found;
  }

  return projectedIdentity({ path, name: "the role of EKS Pod Identity", exchange: ask });
}

function fail(reason: string): PullcredError {
  return new PullcredError(ErrorCode.SourceFailed, `could not ${GOAL}: ${reason}`);
}
