import type { Redacted } from "../../credential/redacted.ts";
import { quoteMessage } from "../quote-message.ts";
import { type AlibabaRefusal, isAlibabaDenial, isAlibabaSkew } from "./refusal.ts";

/** What was tried when the API refused. */
export type AlibabaAttempt = {
  /** Completes "could not", such as `get a token of cri-1`. */
  readonly goal: string;
  /** The permission that it takes, such as `cr:GetAuthorizationToken`. */
  readonly action: string;
  /** As whom, such as `the access key in Secret keys`. */
  readonly identity: string;
  /** The role that was to be assumed, where that was the goal. */
  readonly role?: string;
  /** What was sent in confidence. */
  readonly secrets: readonly Redacted[];
};

type Remedy = readonly [RegExp, (attempt: AlibabaAttempt) => string];

/** What people have to mend, by the code of the refusal; the first that fits counts. */
const REMEDIES: readonly Remedy[] = [
  [
    /^AuthenticationFail\.OIDCToken\.Expired$/,
    () => "the ServiceAccount's token is expired: kubelet must renew it, see its log",
  ],
  [
    /^AuthenticationFail\.OIDCToken\./,
    ({ role }) =>
      `the ServiceAccount's token is not accepted for role ${role}: project it with audience sts.aliyuncs.com, and let the ` +
      "OIDC provider have the cluster's issuer and its certificate's fingerprint",
  ],
  [
    /^AuthenticationFail\.NoPermission/,
    ({ role }) =>
      `role ${role} does not trust this ServiceAccount: let its trust policy name the OIDC provider, and pullcred's ` +
      "ServiceAccount in oidc:sub",
  ],
  [/^EntityNotExist\.Role$/, ({ role }) => `there is no role ${role}: check roleArn`],
  [/^EntityNotExist\.OIDCProvider/, () => "there is no such OIDC provider: check oidcProviderArn"],
  [
    /^InvalidParameter\.DurationSeconds/,
    ({ role }) =>
      `role ${role} does not allow sessions as long: shorten sessionDuration, or raise its maximum`,
  ],
  [
    /^InvalidAccessKeyId\.Inactive/,
    ({ identity }) => `${identity} is disabled: enable it, or use another one`,
  ],
  [/^InvalidAccessKeyId/, ({ identity }) => `Alibaba Cloud does not know ${identity}: check its ID`],
  [
    /^(SignatureDoesNotMatch|IncompleteSignature|InvalidAccessKeySecret)/,
    ({ identity }) => `the signature is wrong: check the secret of ${identity}`,
  ],
  [
    /^InvalidSecurityToken/,
    ({ identity }) => `the security token of ${identity} is expired or does not belong to its key`,
  ],
  [
    /^USER_NOT_EXIST$/,
    ({ identity }) =>
      `the Personal Edition does not know ${identity}: set its registry password in the Container Registry console once`,
  ],
  [/^Throttling/i, () => "too many requests: it will be tried again"],
];

/** Says in words why it could not be done, and what to do about it. */
export function explainAlibabaRefusal(attempt: AlibabaAttempt, refusal: AlibabaRefusal): string {
  const { status, code, requestId } = refusal;
  const marks = [
    code === "" ? `status ${status}` : code,
    ...(requestId === "" ? [] : [`request ${requestId}`]),
  ];
  return `could not ${attempt.goal}: ${explain(attempt, refusal)} (${quoteMessage(marks.join(", "), attempt.secrets)})`;
}

function explain(attempt: AlibabaAttempt, refusal: AlibabaRefusal): string {
  if (isAlibabaSkew(refusal)) return "the clock of this machine is wrong: set it";
  const remedy = REMEDIES.find(([code]) => code.test(refusal.code))?.[1];
  if (remedy !== undefined) return remedy(attempt);
  if (isAlibabaDenial(refusal)) return explainDenial(attempt, refusal);
  const message = quoteMessage(refusal.message, attempt.secrets);
  return message === ""
    ? `Alibaba Cloud answered with status ${refusal.status}`
    : `Alibaba Cloud said "${message}"`;
}

function explainDenial({ action, identity, role, secrets }: AlibabaAttempt, refusal: AlibabaRefusal): string {
  const told = refusal.principal === "" ? identity : quoteMessage(refusal.principal, secrets);
  const missing = /^[a-z0-9-]+:\w+$/i.test(refusal.action) ? refusal.action : action;
  const grant = `${missing} is not allowed for ${told}: add it to its RAM policy`;
  return role === undefined ? grant : `${grant}, and let the trust policy of ${role} name it`;
}
