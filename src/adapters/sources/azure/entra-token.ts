import { type AzureAttempt, explainIdentityRefusal } from "../../../core/cloud/azure/explain-refusal.ts";
import { readJsonObject, readText } from "../../../core/cloud/read-json.ts";
import { Redacted } from "../../../core/credential/redacted.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { HttpRequest, SendHttp } from "../../http/send-http.ts";

/** The token of Entra ID that an endpoint answers with. Rejects with a `PullcredError` where it refuses. */
export async function requestEntraToken(
  send: SendHttp,
  request: HttpRequest,
  attempt: AzureAttempt,
  signal?: AbortSignal,
): Promise<Redacted> {
  const { status, body } = await send(() => request, signal);
  if (status !== 200) {
    throw new PullcredError(ErrorCode.SourceFailed, explainIdentityRefusal(attempt, { status, body }));
  }
  const token = readText(readJsonObject(body), "access_token");
  if (token !== undefined) return new Redacted(token);
  throw new PullcredError(ErrorCode.SourceFailed, `could not ${attempt.goal}: the answer has no token`);
}
