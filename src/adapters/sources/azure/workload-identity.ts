import type { AzureConfig } from "../../../core/config/sources/azure-schema.ts";
import type { Redacted } from "../../../core/credential/redacted.ts";
import type { SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { missingIdentity, projectedIdentity } from "../projected-identity.ts";
import { requestEntraToken } from "./entra-token.ts";

export type WorkloadIdentityOptions = {
  readonly config: NonNullable<NonNullable<AzureConfig["auth"]>["workloadIdentity"]>;
  readonly audience: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly send: SendHttp;
};

const CLIENT = "AZURE_CLIENT_ID";
const TENANT = "AZURE_TENANT_ID";
const TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";

/** Whether the environment says what the webhook of Azure Workload Identity tells Pods. */
export function hasWorkloadIdentityEnvironment(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(environment[CLIENT] && environment[TENANT] && environment[TOKEN_FILE]);
}

/**
 * The application or managed identity that pullcred's own ServiceAccount is federated with.
 * (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential)
 */
export function workloadIdentity(options: WorkloadIdentityOptions): CloudIdentity<Redacted> {
  const { config, audience, environment, send } = options;
  const clientId = config.clientId ?? environment[CLIENT];
  const tenantId = config.tenantId ?? environment[TENANT];
  const path = config.tokenFile ?? environment[TOKEN_FILE];
  if (!clientId) return nothing(CLIENT, "clientId");
  if (!tenantId) return nothing(TENANT, "tenantId");
  if (!path) return nothing(TOKEN_FILE, "tokenFile");
  const authority = (environment.AZURE_AUTHORITY_HOST || "https://login.microsoftonline.com").replace(
    /\/$/,
    "",
  );
  const name = `identity ${clientId}`;

  async function exchange(token: Redacted, signal?: AbortSignal): Promise<Redacted> {
    const body = new URLSearchParams({
      client_assertion: token.reveal(),
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_id: `${clientId}`,
      grant_type: "client_credentials",
      scope: `${audience}/.default`,
    });
    const request = {
      method: "POST",
      url: `${authority}/${tenantId}/oauth2/v2.0/token`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: body.toString(),
    };
    const attempt = { goal: `get a token of Entra ID for ${name}`, identity: name, secrets: [token] };
    return requestEntraToken(send, request, attempt, signal);
  }

  return projectedIdentity({ path, name, exchange });
}

function nothing(variable: string, key: string): CloudIdentity<Redacted> {
  const message =
    `${variable} is not set: let pullcred's ServiceAccount have a workload identity, or write ` +
    `auth.workloadIdentity.${key}`;
  return missingIdentity(message);
}
