import type { EcrConfig } from "../../../core/config/sources/ecr-schema.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { missingIdentity, projectedIdentity } from "../projected-identity.ts";
import type { AwsKeys } from "./sign-request.ts";
import { assumeRoleWithWebIdentity, type Sts } from "./sts.ts";

export type WebIdentityOptions = {
  readonly config: NonNullable<NonNullable<EcrConfig["auth"]>["webIdentity"]>;
  readonly environment: NodeJS.ProcessEnv;
  readonly sts: Sts;
};

const ROLE = "AWS_ROLE_ARN";
const TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE";

/** Whether the environment says what EKS' webhook tells Pods with an IAM role. */
export function hasWebIdentityEnvironment(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(environment[ROLE] && environment[TOKEN_FILE]);
}

/** The IAM role of pullcred's own ServiceAccount (IRSA). */
export function webIdentity({ config, environment, sts }: WebIdentityOptions): CloudIdentity<AwsKeys> {
  const roleArn = config.roleArn ?? environment[ROLE];
  const path = config.tokenFile ?? environment[TOKEN_FILE];
  if (!roleArn) return nothing(ROLE, "roleArn");
  if (!path) return nothing(TOKEN_FILE, "tokenFile");
  return projectedIdentity({
    path,
    name: `role ${roleArn}`,
    exchange: (token, signal) => assumeRoleWithWebIdentity(sts, { roleArn, token }, signal),
  });
}

function nothing(variable: string, key: string): CloudIdentity<AwsKeys> {
  const message =
    `${variable} is not set: let pullcred's ServiceAccount have an IAM role (IRSA), or write ` +
    `auth.webIdentity.${key}`;
  return missingIdentity(message);
}
