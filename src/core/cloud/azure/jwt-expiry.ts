import { readJsonObject } from "../read-json.ts";
import { readTimestamp } from "../timestamp.ts";

/** When a JSON Web Token ends, in milliseconds since the epoch; undefined where it does not say. */
export function readJwtExpiry(token: string): number | undefined {
  const [, payload = ""] = token.split(".");
  return readTimestamp(readJsonObject(Buffer.from(payload, "base64url").toString("utf8")).exp);
}
