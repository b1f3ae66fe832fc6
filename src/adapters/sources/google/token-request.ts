import { type AccessToken, readAccessToken } from "../../../core/cloud/google/access-token.ts";
import { readOAuthError } from "../../../core/cloud/oauth-error.ts";
import { quoteMessage } from "../../../core/cloud/quote-message.ts";
import type { Redacted } from "../../../core/credential/redacted.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { Clock } from "../../../core/time/clock.ts";
import type { HttpRequest, SendHttp } from "../../http/send-http.ts";

/** Who gives tokens, and from when on they count. */
export type TokenClient = { readonly send: SendHttp; readonly clock: Clock };

/** A request for a token, and what people have to know where it is refused. */
export type TokenRequest = {
  readonly request: HttpRequest;
  /** Completes "could not", such as `get a token from the metadata server`. */
  readonly goal: string;
  /** What was sent in confidence. */
  readonly secrets: readonly Redacted[];
  /** What to mend, by the status; undefined where only Google's own words help. */
  remedyOf(status: number): string | undefined;
};

/** The token that Google answers with. Rejects with a `PullcredError` where it refuses. */
export async function requestToken(
  { send, clock }: TokenClient,
  { request, goal, secrets, remedyOf }: TokenRequest,
  signal?: AbortSignal,
): Promise<AccessToken> {
  const asked = clock.now();
  const { status, body } = await send(() => request, signal);
  if (status === 200) {
    const token = readAccessToken(body, asked);
    if (token !== null) return token;
    throw new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: the answer has no token`);
  }
  const { code, message } = readOAuthError(body);
  const said = quoteMessage(message, secrets);
  const mark = code === "" ? `status ${status}` : quoteMessage(code, secrets);
  const quote = said === "" ? `Google answered with status ${status}` : `Google said "${said}"`;
  const reasons = [remedyOf(status), quote].filter((reason) => reason !== undefined);
  throw new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: ${reasons.join("; ")} (${mark})`);
}
