import { isJsonObject, type JsonObject } from "../../json/json-object.ts";
import { type RegistryToken, readRegistryToken } from "../registry-token.ts";

/** Reads the answer of GetAuthorizationToken of version 2018-12-01, the Enterprise Edition's. */
export function readEnterpriseToken(answer: JsonObject, now: number): RegistryToken {
  const { TempUsername, AuthorizationToken, ExpireTime } = answer;
  return readRegistryToken({ username: TempUsername, password: AuthorizationToken, expiry: ExpireTime }, now);
}

/** Reads the answer of GetAuthorizationToken of version 2016-06-07, the Personal Edition's. */
export function readPersonalToken(answer: JsonObject, now: number): RegistryToken {
  const { tempUserName, authorizationToken, expireDate } = isJsonObject(answer.data) ? answer.data : {};
  return readRegistryToken({ username: tempUserName, password: authorizationToken, expiry: expireDate }, now);
}
