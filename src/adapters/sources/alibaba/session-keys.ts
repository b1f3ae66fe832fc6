import { Redacted } from "../../../core/credential/redacted.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { JsonObject } from "../../../core/json/json-object.ts";
import { parseGoDuration } from "../../../core/time/go-duration.ts";
import type { AlibabaKeys } from "./sign-acs3.ts";

/** The name under which roles are assumed, which shows in Alibaba Cloud's audit log. */
export const SESSION_NAME = "pullcred";

/** The keys of a role's session, from whatever part of an answer holds them. */
export function readSessionKeys(part: JsonObject, goal: string): AlibabaKeys {
  const { AccessKeyId: id, AccessKeySecret: secret, SecurityToken: token } = part;
  if (typeof id === "string" && typeof secret === "string" && typeof token === "string") {
    return {
      accessKeyId: id,
      accessKeySecret: new Redacted(secret),
      securityToken: new Redacted(token),
    };
  }
  throw new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: the answer has no keys`);
}

/** A session's length as STS takes it; the config's schema has checked it. */
export function readSessionSeconds(duration: string): string {
  return `${(parseGoDuration(duration) ?? 0) / 1_000}`;
}
