import { Redacted } from "../../../core/credential/redacted.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { JsonObject } from "../../../core/json/json-object.ts";
import type { TencentKeys } from "./sign-tc3.ts";

/** The keys of a role's session, from whatever part of an answer holds them. */
export function readSessionKeys(part: JsonObject, goal: string): TencentKeys {
  const { TmpSecretId: id, TmpSecretKey: key, Token: token } = part;
  if (typeof id === "string" && typeof key === "string" && typeof token === "string") {
    return { secretId: id, secretKey: new Redacted(key), token: new Redacted(token) };
  }
  throw new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: the answer has no keys`);
}
