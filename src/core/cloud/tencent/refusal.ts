import { isJsonObject, type JsonObject } from "../../json/json-object.ts";

/** What one of Tencent Cloud's APIs said instead of doing what it was asked for. */
export type TencentRefusal = {
  readonly status: number;
  /** Such as `AuthFailure.UnauthorizedOperation`; empty where there is none. */
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
};

/** What an answer comes to. */
export type TencentAnswer =
  | { readonly kind: "answer"; readonly answer: JsonObject }
  | { readonly kind: "refusal"; readonly refusal: TencentRefusal }
  /** It has not the form that every answer of the API has. */
  | { readonly kind: "broken" };

/** Reads `{"Response": {…}}`, in which an error has status 200, too: `{"Error": {"Code", "Message"}, "RequestId"}`. */
export function readTencentAnswer(status: number, body: JsonObject): TencentAnswer {
  const answer = isJsonObject(body.Response) ? body.Response : null;
  const isFine = status >= 200 && status < 300;
  if (answer === null && isFine) return { kind: "broken" };
  const error = answer?.Error;
  if (answer !== null && isFine && error === undefined) return { kind: "answer", answer };
  const { Code, Message } = isJsonObject(error) ? error : {};
  const refusal = {
    status,
    code: toText(Code),
    message: toText(Message),
    requestId: toText(answer?.RequestId),
  };
  return { kind: "refusal", refusal };
}

/** Whether the request's time is too far from the server's: five minutes. */
export function isTencentSkew({ code }: TencentRefusal): boolean {
  return code === "AuthFailure.SignatureExpire";
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
