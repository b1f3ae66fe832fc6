import type { Redacted } from "../../credential/redacted.ts";
import { quoteMessage } from "../quote-message.ts";
import { type AwsError, readDenial } from "./aws-error.ts";

/** What was tried when AWS refused. */
export type AwsAttempt = {
  /** Completes "could not", such as `get a token of ECR`. */
  readonly goal: string;
  /** The permission that it takes, such as `ecr:GetAuthorizationToken`. */
  readonly action: string;
  /** As whom, such as `role arn:aws:iam::123456789012:role/puller`. */
  readonly identity: string;
  /** The role that was to be assumed, where that was the goal. */
  readonly role?: string;
  /** What was sent in confidence. */
  readonly secrets: readonly Redacted[];
};

/** What AWS answered. */
export type AwsRefusal = AwsError & { readonly status: number };

type Remedy = readonly [RegExp, (attempt: AwsAttempt, refusal: AwsRefusal) => string];

/** What people have to mend, by the code of the refusal; the first that fits counts. */
const REMEDIES: readonly Remedy[] = [
  [/^(AccessDenied(Exception)?|NotAuthorized|UnauthorizedOperation)$/, explainDenial],
  [
    /^(RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)$/,
    () => "the clock of this machine is wrong: set it",
  ],
  [/^(InvalidSignatureException|SignatureDoesNotMatch)$/, explainSignature],
  [
    /^(UnrecognizedClientException|InvalidClientTokenId)$/,
    ({ identity }) =>
      `AWS does not know ${identity}: check its ID, and that it is of the same partition as the region`,
  ],
  [
    /^ExpiredToken(Exception)?$/,
    ({ identity, role }) =>
      role === undefined
        ? `the session of ${identity} is over: renew it`
        : "the ServiceAccount's token is expired: kubelet must renew it, see its log",
  ],
  [
    /^(InvalidIdentityToken|IDPRejectedClaim)/,
    (attempt, refusal) =>
      `the ServiceAccount's token is not accepted for role ${attempt.role}: project it with audience sts.amazonaws.com, ` +
      `and let the account have an identity provider for the cluster's issuer; ${explainOther(attempt, refusal)}`,
  ],
  [
    /^(RegionDisabledException|OptInRequired)$/,
    () => "the region is not enabled in the account: enable it, or write another endpoint",
  ],
  [/^(Throttl|TooManyRequests)/, () => "too many requests: it will be tried again"],
];

/** Says in words why it could not be done, and what to do about it. */
export function explainAwsRefusal(attempt: AwsAttempt, refusal: AwsRefusal): string {
  const remedy = REMEDIES.find(([code]) => code.test(refusal.code))?.[1] ?? explainOther;
  const mark = refusal.code === "" ? `status ${refusal.status}` : quoteMessage(refusal.code, attempt.secrets);
  return `could not ${attempt.goal}: ${remedy(attempt, refusal)} (${mark})`;
}

function explainDenial({ action, identity, role, secrets }: AwsAttempt, refusal: AwsRefusal): string {
  const denial = readDenial(refusal);
  const who = denial === null ? identity : quoteMessage(denial.who, secrets);
  if (action === "sts:AssumeRoleWithWebIdentity") {
    return (
      `${action} is not allowed for role ${role}: let its trust policy name the identity provider of the cluster's ` +
      "issuer, pullcred's ServiceAccount in :sub, and sts.amazonaws.com in :aud"
    );
  }
  const grant = `${denial?.action ?? action} is not allowed for ${who}: `;
  const policy = denial?.policy ?? "";
  if (denial?.isDenied) {
    return `${grant}${policy === "" ? "a policy" : `the ${policy}`} denies it, whatever others allow: mend that one`;
  }
  // Those of the identity, and of what it asks for, are the ones that a remedy names anyway.
  const isOther = policy !== "" && !/^(identity|resource)-based /.test(policy);
  if (isOther) return `${grant}allow it in the ${policy} as well`;
  return role === undefined
    ? `${grant}allow it in its policy, on resource "*"`
    : `${grant}allow it in its policy, and let the trust policy of ${role} name it`;
}

function explainSignature({ identity }: AwsAttempt, { message }: AwsRefusal): string {
  return /^Signature (expired|not yet current)/.test(message)
    ? "the clock of this machine is wrong: set it"
    : `the signature is wrong: check the secret of ${identity}`;
}

function explainOther({ secrets }: AwsAttempt, { status, message }: AwsRefusal): string {
  const quoted = quoteMessage(message, secrets);
  return quoted === "" ? `AWS answered with status ${status}` : `AWS said "${quoted}"`;
}
