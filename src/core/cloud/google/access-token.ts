import { Redacted } from "../../credential/redacted.ts";
import { readJsonObject, readText } from "../read-json.ts";
import { readTimestamp } from "../timestamp.ts";

/** A token of Google's, for every registry that its owner may read. */
export type AccessToken = {
  readonly token: Redacted;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
};

/**
 * Reads a token from an answer of the metadata server or of the Security Token Service, which say for how many seconds it
 * is good, or of IAM, which says until when. Null where there is none in it, or no end of it. `asked` is when it was asked
 * for.
 */
export function readAccessToken(body: string, asked: number): AccessToken | null {
  const answer = readJsonObject(body);
  const token = readText(answer, "access_token") ?? readText(answer, "accessToken");
  const seconds = Number(answer.expires_in);
  const expiresAt = seconds > 0 ? asked + seconds * 1_000 : readTimestamp(answer.expireTime);
  return token === undefined || expiresAt === undefined ? null : { token: new Redacted(token), expiresAt };
}
