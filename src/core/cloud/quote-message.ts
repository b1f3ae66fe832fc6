import type { Redacted } from "../credential/redacted.ts";

const MAX_LENGTH = 300;

/**
 * What a provider says of a refusal, fit for people to read: on one line, not too long, and without what was sent to it in
 * confidence, because some quote the request.
 */
export function quoteMessage(message: string, secrets: readonly Redacted[]): string {
  const hidden = secrets
    .filter((secret) => !secret.isEmpty)
    .flatMap((secret) => [secret.reveal(), encodeURIComponent(secret.reveal())])
    .reduce((text, secret) => text.replaceAll(secret, "[redacted]"), message);
  const line = hidden.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
