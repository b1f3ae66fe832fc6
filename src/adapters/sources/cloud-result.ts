import { credentialsForPatterns } from "../../core/credential/basic-auth.ts";
import { findOddText } from "../../core/credential/odd-text.ts";
import type { Redacted } from "../../core/credential/redacted.ts";
import type { SourceResult } from "../../core/credential/source.ts";
import { ErrorCode, PullcredError } from "../../core/error.ts";

/** What a cloud gave for its registry. */
export type CloudToken = {
  readonly username: string;
  readonly password: Redacted;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
};

/** The token for each of the patterns. Throws where it has expired, because it would take a good one's place. */
export function toCloudResult(token: CloudToken, matchImages: readonly string[], now: number): SourceResult {
  const { username, password, expiresAt } = token;
  if (expiresAt <= now) {
    throw new PullcredError(
      ErrorCode.SourceFailed,
      `could not use the token: it expired at ${new Date(expiresAt).toISOString()} already; check this machine's clock`,
    );
  }
  const credentials = credentialsForPatterns(username, password, matchImages);
  const findings = findOddText(token).map(({ field, message }) => ({ path: field, message }));
  return { kind: "credentials", credentials, findings, expiresAt };
}
