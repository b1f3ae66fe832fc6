import { isJsonObject } from "../../json/json-object.ts";
import { readJsonObject } from "../read-json.ts";
import { type RegistryToken, readRegistryToken } from "../registry-token.ts";

/**
 * Reads the answer of GetAuthorizationToken: a list of one in ECR, and that one itself in ECR Public. The token is the
 * base64 of a username, a colon and a password.
 */
export function readAuthorization(body: string, now: number): RegistryToken {
  const { authorizationData } = readJsonObject(body);
  const data: unknown = Array.isArray(authorizationData) ? authorizationData[0] : authorizationData;
  const { authorizationToken, expiresAt } = isJsonObject(data) ? data : {};
  const text = Buffer.from(
    typeof authorizationToken === "string" ? authorizationToken : "",
    "base64",
  ).toString();
  const colon = text.indexOf(":");
  const [username, password] = colon < 0 ? [] : [text.slice(0, colon), text.slice(colon + 1)];
  return readRegistryToken({ username, password, expiry: expiresAt }, now);
}
