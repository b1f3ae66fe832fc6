import type { AccessToken } from "../../../core/cloud/google/access-token.ts";
import { toMetadataService } from "../metadata-service.ts";
import { requestToken, type TokenClient } from "./token-request.ts";

export type MetadataTokenOptions = TokenClient & {
  readonly serviceAccount: string;
  readonly environment: NodeJS.ProcessEnv;
};

/**
 * A token from the metadata server of Compute Engine, or the one that GKE has in its place. Its address is its name, or
 * what the variable says that Google's own libraries follow. It keeps tokens and gives the same one until minutes before
 * its end. (https://cloud.google.com/compute/docs/access/authenticate-workloads#applications)
 */
export function metadataToken(options: MetadataTokenOptions, signal?: AbortSignal): Promise<AccessToken> {
  const { serviceAccount, environment } = options;
  const written = environment.GCE_METADATA_HOST || "metadata.google.internal";
  const baseUrl = (/^https?:\/\//.test(written) ? written : `http://${written}`).replace(/\/$/, "");
  const path = `/computeMetadata/v1/instance/service-accounts/${encodeURIComponent(serviceAccount)}/token`;
  const goal = `get a token of service account ${serviceAccount} from the metadata server`;
  const send = toMetadataService(
    options.send,
    (reason) => `could not ${goal}: ${reason}; outside of Google Cloud write auth.credentialConfig`,
  );
  return requestToken(
    { ...options, send },
    {
      request: { method: "GET", url: `${baseUrl}${path}`, headers: { "metadata-flavor": "Google" } },
      goal,
      secrets: [],
      remedyOf: (status) => REMEDIES[status],
    },
    signal,
  );
}

const REMEDIES: Readonly<Record<number, string>> = {
  403:
    "grant roles/iam.workloadIdentityUser on the service account to pullcred's ServiceAccount, or do not name one in its " +
    "annotation",
  404: "the machine has no such service account: check auth.metadata.serviceAccount",
};
