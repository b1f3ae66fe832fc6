import { maySayClocksDiffer, readAwsError } from "../../../core/cloud/aws/aws-error.ts";
import { type AwsAttempt, explainAwsRefusal } from "../../../core/cloud/aws/explain-refusal.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { Clock } from "../../../core/time/clock.ts";
import type { HttpRequest, HttpResponse, SendHttp } from "../../http/send-http.ts";
import { createServerTime } from "../../http/server-time.ts";
import { type AwsKeys, type SigningScope, signRequest } from "./sign-request.ts";

/** One call of one of AWS' APIs. */
export type AwsCall = {
  readonly request: HttpRequest;
  /** Absent where the request says by itself who sends it. */
  readonly signing?: SigningScope & { readonly keys: AwsKeys };
  readonly attempt: AwsAttempt;
};

/** The APIs of AWS, which share their errors and their sense of time. */
export type AwsApi = {
  /** The body of the answer. Rejects with a `PullcredError` that says what to mend where AWS refuses. */
  call(call: AwsCall, signal?: AbortSignal): Promise<string>;
  /** The time that the servers have. */
  now(): number;
};

/** A client that signs with the servers' time, once a refusal has told that it is another. */
export function createAwsApi(send: SendHttp, clock: Clock): AwsApi {
  const time = createServerTime(clock);

  function once({ request, signing }: AwsCall, signal?: AbortSignal): Promise<HttpResponse> {
    return send(
      () => (signing === undefined ? request : signRequest(request, signing.keys, signing, time.now())),
      signal,
    );
  }

  return {
    now: time.now,
    async call(call, signal) {
      let response = await once(call, signal);
      if (maySayClocksDiffer(readAwsError(response.body)) && time.adopt(response)) {
        response = await once(call, signal);
      }
      const { status, body } = response;
      if (status >= 200 && status < 300) return body;
      const message = explainAwsRefusal(call.attempt, { status, ...readAwsError(body) });
      throw new PullcredError(ErrorCode.SourceFailed, message);
    },
  };
}

/** What of these keys must not be shown. */
export function secretsOf({ secretAccessKey, sessionToken }: AwsKeys): AwsAttempt["secrets"] {
  return [secretAccessKey, ...(sessionToken ? [sessionToken] : [])];
}
