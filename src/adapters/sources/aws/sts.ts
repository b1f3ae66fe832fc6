import { readXmlText } from "../../../core/cloud/aws/xml-text.ts";
import { Redacted } from "../../../core/credential/redacted.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { HttpRequest } from "../../http/send-http.ts";
import { type AwsApi, secretsOf } from "./aws-api.ts";
import type { AwsKeys } from "./sign-request.ts";

/** The Security Token Service of a region. */
export type Sts = { readonly api: AwsApi; readonly baseUrl: string; readonly region: string };

const VERSION = "2011-06-15";
/** Names the sessions in CloudTrail. */
const SESSION_NAME = "pullcred";

/** Exchanges a ServiceAccount's token for keys of a role. */
export async function assumeRoleWithWebIdentity(
  { api, baseUrl }: Sts,
  { roleArn, token }: { readonly roleArn: string; readonly token: Redacted },
  signal?: AbortSignal,
): Promise<AwsKeys> {
  const action = "AssumeRoleWithWebIdentity";
  const request = post(baseUrl, {
    Action: action,
    RoleArn: roleArn,
    RoleSessionName: SESSION_NAME,
    WebIdentityToken: token.reveal(),
  });
  const goal = `assume role ${roleArn}`;
  const identity = "the ServiceAccount's token";
  const attempt = { goal, action: `sts:${action}`, identity, role: roleArn, secrets: [token] };
  return readKeys(await api.call({ request, attempt }, signal), goal);
}

/** Exchanges keys for those of another role, perhaps of another account. */
export async function assumeRole(
  { api, baseUrl, region }: Sts,
  { roleArn, externalId }: { readonly roleArn: string; readonly externalId?: string },
  { keys, name }: { readonly keys: AwsKeys; readonly name: string },
  signal?: AbortSignal,
): Promise<AwsKeys> {
  const action = "AssumeRole";
  const request = post(baseUrl, {
    Action: action,
    RoleArn: roleArn,
    RoleSessionName: SESSION_NAME,
    ...(externalId !== undefined && { ExternalId: externalId }),
  });
  const goal = `assume role ${roleArn}`;
  const attempt = {
    goal,
    action: `sts:${action}`,
    identity: name,
    role: roleArn,
    secrets: secretsOf(keys),
  };
  const signing = { keys, region, service: "sts" };
  return readKeys(await api.call({ request, signing, attempt }, signal), goal);
}

function post(baseUrl: string, fields: Readonly<Record<string, string>>): HttpRequest {
  return {
    method: "POST",
    url: `${baseUrl}/`,
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: new URLSearchParams({ ...fields, Version: VERSION }).toString(),
  };
}

function readKeys(xml: string, goal: string): AwsKeys {
  const accessKeyId = readXmlText(xml, "AccessKeyId");
  const secretAccessKey = readXmlText(xml, "SecretAccessKey");
  const sessionToken = readXmlText(xml, "SessionToken");
  if (!accessKeyId || !secretAccessKey || !sessionToken) {
    throw new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: the answer has no keys`);
  }
  return {
    accessKeyId,
    secretAccessKey: new Redacted(secretAccessKey),
    sessionToken: new Redacted(sessionToken),
  };
}
