import { readMetadataKeys } from "../../../core/cloud/aws/metadata-keys.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { toMetadataService } from "../metadata-service.ts";
import type { AwsKeys } from "./sign-request.ts";

export type InstanceRoleOptions = { readonly environment: NodeJS.ProcessEnv; readonly send: SendHttp };

const GOAL = "get the keys of the node's IAM role";
const ROLES = "/latest/meta-data/iam/security-credentials/";
/** Longer than the two requests that it is for. */
const TOKEN_SECONDS = "60";

/**
 * The IAM role of the node, by version 2 of the metadata service of EC2. Its address is the one of IPv4, or what the
 * variable says that AWS' own SDKs follow.
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html)
 */
export function instanceRole({ environment, send: sendPlain }: InstanceRoleOptions): CloudIdentity<AwsKeys> {
  const written = environment.AWS_EC2_METADATA_SERVICE_ENDPOINT || "http://169.254.169.254";
  const baseUrl = written.replace(/\/$/, "");
  const send = toMetadataService(
    sendPlain,
    (reason) => `could not ${GOAL}: ${reason}; let its hop limit be 2, or write another auth`,
  );

  /** Needs no more rights than any process on the node has; without it, a proxy could be made to ask. */
  async function startSession(signal?: AbortSignal): Promise<string> {
    const headers = { "x-aws-ec2-metadata-token-ttl-seconds": TOKEN_SECONDS };
    const { status, body } = await send(
      () => ({ method: "PUT", url: `${baseUrl}/latest/api/token`, headers }),
      signal,
    );
    if (status === 200 && body !== "") return body.trim();
    throw fail(`the metadata service gives no session (status ${status}): enable it, with a hop limit of 2`);
  }

  async function ask(path: string, session: string, signal?: AbortSignal): Promise<string> {
    const headers = { "x-aws-ec2-metadata-token": session };
    const { status, body } = await send(() => ({ method: "GET", url: `${baseUrl}${path}`, headers }), signal);
    if (status === 404) throw fail("the node has none: attach one to it, or write another auth");
    if (status !== 200) throw fail(`the metadata service answered with status ${status}`);
    return body;
  }

  return {
    async resolve(signal) {
      const session = await startSession(signal);
      const [role = ""] = (await ask(ROLES, session, signal)).trim().split("\n");
      const keys = readMetadataKeys(await ask(`${ROLES}${encodeURIComponent(role)}`, session, signal));
      if (keys === null) throw fail(`the answer has no keys of role ${role}`);
      return { kind: "keys", keys, name: `role ${role} of the node` };
    },
    watch: () => () => undefined,
  };
}

function fail(reason: string): PullcredError {
  return new PullcredError(ErrorCode.SourceFailed, `could not ${GOAL}: ${reason}`);
}
