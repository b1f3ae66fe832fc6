import type { Redacted } from "../../credential/redacted.ts";
import { isJsonObject } from "../../json/json-object.ts";
import { readOAuthError } from "../oauth-error.ts";
import { quoteMessage } from "../quote-message.ts";
import { readJsonObject, readText } from "../read-json.ts";

/** What was tried when Azure refused. */
export type AzureAttempt = {
  /** Completes "could not", such as `get a token of acme.azurecr.io`. */
  readonly goal: string;
  /** As whom, such as `application 6b6c…`. */
  readonly identity: string;
  /** What was sent in confidence. */
  readonly secrets: readonly Redacted[];
};

/** What Azure answered. */
export type AzureRefusal = { readonly status: number; readonly body: string };

type Remedy = readonly [RegExp, (attempt: AzureAttempt) => string];

/** What people have to mend, by what Entra ID or the metadata service says; the first that fits counts. */
const REMEDIES: readonly Remedy[] = [
  [
    /^AADSTS7002(1|11|12|13|138)\b/,
    ({ identity }) =>
      `no federated credential of ${identity} fits pullcred's ServiceAccount: add one with the cluster's issuer, this ` +
      "subject and audience api://AzureADTokenExchange",
  ],
  [
    /^AADSTS(700016|90002|900023)\b/,
    ({ identity }) => `the tenant does not know ${identity}: check clientId and tenantId`,
  ],
  [/^AADSTS500011\b/, () => "the tenant does not know the registry's API: write another audience"],
  [/^AADSTS700024\b/, () => "the ServiceAccount's token is expired: kubelet must renew it, see its log"],
  [/Identity not found/i, ({ identity }) => `the node does not have ${identity}: assign it to the node`],
  [
    /Multiple user assigned identities/i,
    () => "the node has several identities: write auth.managedIdentity.clientId",
  ],
];

/** Says in words why Entra ID or the node's metadata service gave no token, and what to do about it. */
export function explainIdentityRefusal(attempt: AzureAttempt, { status, body }: AzureRefusal): string {
  const { code, message } = readOAuthError(body);
  // What follows is for Microsoft's support.
  const [words = ""] = message.split(/\s*(?:Trace ID:|[\r\n])/, 1);
  const remedy = REMEDIES.find(([said]) => said.test(message))?.[1](attempt);
  return compose(attempt, [remedy, quote(words, attempt, status)], code || `status ${status}`);
}

/** The same of a registry. */
export function explainRegistryRefusal(attempt: AzureAttempt, { status, body }: AzureRefusal): string {
  const { errors } = readJsonObject(body);
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const error = isJsonObject(first) ? first : {};
  const remedy =
    status === 401
      ? `AcrPull is not granted to ${attempt.identity}: grant it on the registry, or Container Registry Repository Reader ` +
        "where that has permissions for each repository"
      : undefined;
  const said = quote(readText(error, "message") ?? "", attempt, status);
  return compose(attempt, [remedy, said], readText(error, "code") ?? `status ${status}`);
}

function quote(message: string, { secrets }: AzureAttempt, status: number): string {
  const said = quoteMessage(message, secrets);
  return said === "" ? `Azure answered with status ${status}` : `Azure said "${said}"`;
}

function compose(
  { goal, secrets }: AzureAttempt,
  reasons: readonly (string | undefined)[],
  mark: string,
): string {
  const told = reasons.filter((reason) => reason !== undefined).join("; ");
  return `could not ${goal}: ${told} (${quoteMessage(mark, secrets)})`;
}
