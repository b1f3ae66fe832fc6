import type { AzureConfig } from "../../../core/config/sources/azure-schema.ts";
import type { Redacted } from "../../../core/credential/redacted.ts";
import type { SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { toMetadataService } from "../metadata-service.ts";
import { requestEntraToken } from "./entra-token.ts";

export type ManagedIdentityOptions = {
  readonly config: NonNullable<NonNullable<AzureConfig["auth"]>["managedIdentity"]>;
  readonly audience: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly send: SendHttp;
};

/**
 * A managed identity of the node, by its metadata service. Its address is the one of IPv4, or what the variable says that
 * Azure's own libraries follow.
 * (https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token)
 */
export function managedIdentity(options: ManagedIdentityOptions): CloudIdentity<Redacted> {
  const { config, audience, environment } = options;
  const { clientId } = config;
  const host = (environment.AZURE_POD_IDENTITY_AUTHORITY_HOST || "http://169.254.169.254").replace(/\/$/, "");
  const query = new URLSearchParams({
    "api-version": "2018-02-01",
    resource: audience,
    ...(clientId !== undefined && { client_id: clientId }),
  });
  const name = clientId === undefined ? "the node's managed identity" : `managed identity ${clientId}`;
  const request = {
    method: "GET",
    url: `${host}/metadata/identity/oauth2/token?${query}`,
    headers: { metadata: "true" },
  };
  const goal = `get a token of Entra ID for ${name}`;
  const send = toMetadataService(
    options.send,
    (reason) => `could not ${goal}: ${reason}; outside of Azure write auth.workloadIdentity`,
  );
  const attempt = { goal, identity: name, secrets: [] };
  return {
    resolve: async (signal) => ({
      kind: "keys",
      keys: await requestEntraToken(send, request, attempt, signal),
      name,
    }),
    watch: () => () => undefined,
  };
}
