import { randomUUID } from "node:crypto";
import { type AlibabaAttempt, explainAlibabaRefusal } from "../../../core/cloud/alibaba/explain-refusal.ts";
import {
  type AlibabaRefusal,
  isAlibabaSkew,
  readAlibabaRefusal,
} from "../../../core/cloud/alibaba/refusal.ts";
import { parseJson } from "../../../core/credential/json-text.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import { isJsonObject, type JsonObject } from "../../../core/json/json-object.ts";
import type { Clock } from "../../../core/time/clock.ts";
import type { HttpRequest, HttpResponse, SendHttp } from "../../http/send-http.ts";
import { createServerTime } from "../../http/server-time.ts";
import type { AcsMoment } from "./sign-acs3.ts";

/** The APIs of Alibaba Cloud, which share their errors and their sense of time. */
export type AlibabaApi = {
  /**
   * Sends what `build` makes and returns the answer. Rejects with a `PullcredError` that says what to mend where the API
   * refuses.
   */
  call(
    build: (moment: AcsMoment) => HttpRequest,
    attempt: AlibabaAttempt,
    signal?: AbortSignal,
  ): Promise<JsonObject>;
  /** The time that the servers have. */
  now(): number;
};

type Judged =
  | { readonly ok: true; readonly answer: JsonObject }
  | { readonly ok: false; readonly refusal: AlibabaRefusal };

/** A client whose requests have the servers' time, once a refusal has told that it is another. */
export function createAlibabaApi(send: SendHttp, clock: Clock): AlibabaApi {
  const time = createServerTime(clock);
  return {
    now: time.now,
    async call(build, attempt, signal) {
      const once = (): Promise<HttpResponse> =>
        send(() => build({ now: time.now(), nonce: randomUUID() }), signal);
      const response = await once();
      let judged = judge(response, attempt);
      if (!judged.ok && isAlibabaSkew(judged.refusal) && time.adopt(response)) {
        judged = judge(await once(), attempt);
      }
      if (judged.ok) return judged.answer;
      throw new PullcredError(ErrorCode.SourceFailed, explainAlibabaRefusal(attempt, judged.refusal));
    },
  };
}

function judge({ status, body }: HttpResponse, { goal }: AlibabaAttempt): Judged {
  const parsed = parseJson(body);
  const answer = parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
  const isFine = status >= 200 && status < 300;
  if (answer === null) {
    if (!isFine) return { ok: false, refusal: readAlibabaRefusal(status, {}) };
    throw new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: the answer is no JSON object`);
  }
  // The Enterprise Edition may refuse with status 200.
  if (isFine && answer.IsSuccess !== false) return { ok: true, answer };
  return { ok: false, refusal: readAlibabaRefusal(status, answer) };
}
