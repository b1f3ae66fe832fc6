import { readJsonObject } from "../../../core/cloud/read-json.ts";
import { explainTencentRefusal, type TencentAttempt } from "../../../core/cloud/tencent/explain-refusal.ts";
import { isTencentSkew, readTencentAnswer } from "../../../core/cloud/tencent/refusal.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { JsonObject } from "../../../core/json/json-object.ts";
import type { Clock } from "../../../core/time/clock.ts";
import type { HttpRequest, HttpResponse, SendHttp } from "../../http/send-http.ts";
import { createServerTime } from "../../http/server-time.ts";

/** The APIs of Tencent Cloud, which share their errors and their sense of time. */
export type TencentApi = {
  /**
   * Sends what `build` makes for the given time, and returns the answer. Rejects with a `PullcredError` that says what to
   * mend where the API refuses.
   */
  call(
    build: (now: number) => HttpRequest,
    attempt: TencentAttempt,
    signal?: AbortSignal,
  ): Promise<JsonObject>;
  /** The time that the servers have. */
  now(): number;
};

/** A client whose requests have the servers' time, once a refusal has told that it is another. */
export function createTencentApi(send: SendHttp, clock: Clock): TencentApi {
  const time = createServerTime(clock);
  const judge = ({ status, body }: HttpResponse) => readTencentAnswer(status, readJsonObject(body));
  return {
    now: time.now,
    async call(build, attempt, signal) {
      const once = (): Promise<HttpResponse> => send(() => build(time.now()), signal);
      const response = await once();
      let judged = judge(response);
      if (judged.kind === "refusal" && isTencentSkew(judged.refusal) && time.adopt(response)) {
        judged = judge(await once());
      }
      if (judged.kind === "answer") return judged.answer;
      throw new PullcredError(
        ErrorCode.SourceFailed,
        judged.kind === "refusal"
          ? explainTencentRefusal(attempt, judged.refusal)
          : `could not ${attempt.goal}: the answer is not what Tencent Cloud's API answers; check the endpoint`,
      );
    },
  };
}
