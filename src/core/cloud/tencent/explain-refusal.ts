import type { Redacted } from "../../credential/redacted.ts";
import { quoteMessage } from "../quote-message.ts";
import type { TencentRefusal } from "./refusal.ts";

/** What was tried when the API refused. */
export type TencentAttempt = {
  /** Completes "could not", such as `get a token of tcr-1`. */
  readonly goal: string;
  /** The permission that it takes, such as `tcr:CreateInstanceToken`. */
  readonly action: string;
  /** As whom, such as `the API key in Secret keys`. */
  readonly identity: string;
  /** The role that was to be assumed, where that was the goal. */
  readonly role?: string;
  /** What was sent in confidence. */
  readonly secrets: readonly Redacted[];
};

type Remedy = readonly [RegExp, (attempt: TencentAttempt, refusal: TencentRefusal) => string];

/** What people have to mend, by the code of the refusal; the first that fits counts. */
const REMEDIES: readonly Remedy[] = [
  [/^(AuthFailure\.)?UnauthorizedOperation/, explainDenial],
  [/^AuthFailure\.SignatureExpire$/, () => "the clock of this machine is wrong: set it"],
  [
    /^AuthFailure\.(SecretIdNotFound|InvalidSecretId)$/,
    ({ identity }) => `Tencent Cloud does not know ${identity}: check its secretId, and that it is enabled`,
  ],
  [
    /^AuthFailure\.SignatureFailure$/,
    ({ identity }) => `the signature is wrong: check the secretKey of ${identity}`,
  ],
  [
    /^AuthFailure\.TokenFailure$/,
    ({ identity }) => `the token of ${identity} is expired or does not belong to its key`,
  ],
  [
    /^InvalidParameter\.WebIdentityToken/,
    ({ role, ...attempt }, refusal) =>
      `the ServiceAccount's token is not accepted for role ${role}: check providerId, and that the identity provider has ` +
      `the cluster's issuer and the token's audience; ${explainOther(attempt, refusal)}`,
  ],
  [/^ResourceNotFound\.RoleNotFound$/, ({ role }) => `there is no role ${role}: check roleArn`],
  [
    /^(ResourceNotFound|InvalidParameter\.ErrorTcrResourceNotFound)/,
    (attempt, refusal) =>
      `there is no such registry: check registryId and region; ${explainOther(attempt, refusal)}`,
  ],
  [/^RequestLimitExceeded/, () => "too many requests: it will be tried again"],
];

/** Says in words why it could not be done, and what to do about it. */
export function explainTencentRefusal(attempt: TencentAttempt, refusal: TencentRefusal): string {
  const { status, code, requestId } = refusal;
  const remedy = REMEDIES.find(([pattern]) => pattern.test(code))?.[1] ?? explainOther;
  const marks = [
    code === "" ? `status ${status}` : code,
    ...(requestId === "" ? [] : [`request ${requestId}`]),
  ];
  return `could not ${attempt.goal}: ${remedy(attempt, refusal)} (${quoteMessage(marks.join(", "), attempt.secrets)})`;
}

/** CAM tells the action and the resource: `… operation (tcr:X)\nresource (qcs::tcr:…) has no permission`. */
function explainDenial(
  { action, identity, role, secrets }: TencentAttempt,
  { message }: TencentRefusal,
): string {
  const told = /operation \(([a-z0-9]+:\w+)\)/i.exec(message)?.[1] ?? action;
  const resource = /resource \((qcs:[^)\s]+|\*)\)/.exec(message)?.[1];
  const on = resource === undefined ? "" : ` on ${quoteMessage(resource, secrets)}`;
  if (role !== undefined) {
    return `${told} is not allowed for ${identity}: let the trust policy of ${role} name the identity provider`;
  }
  return `${told} is not allowed for ${identity}${on}: add it to its CAM policy`;
}

function explainOther(
  { secrets }: Pick<TencentAttempt, "secrets">,
  { status, message }: TencentRefusal,
): string {
  const quoted = quoteMessage(message, secrets);
  return quoted === "" ? `Tencent Cloud answered with status ${status}` : `Tencent Cloud said "${quoted}"`;
}
