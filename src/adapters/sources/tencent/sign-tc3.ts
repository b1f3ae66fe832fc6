import { createHash, createHmac } from "node:crypto";
import type { Redacted } from "../../../core/credential/redacted.ts";
import type { HttpRequest } from "../../http/send-http.ts";

/** What signs a request: an API key, with a token where it is a temporary one. */
export type TencentKeys = {
  readonly secretId: string;
  readonly secretKey: Redacted;
  readonly token?: Redacted;
};

/** What of them no message may hold. */
export function secretsOf({ secretKey, token }: TencentKeys): readonly Redacted[] {
  return token === undefined ? [secretKey] : [secretKey, token];
}

/** A call of one of Tencent Cloud's APIs. */
export type TcCall = {
  /** Scheme and host. */
  readonly baseUrl: string;
  /** Such as `tcr`. */
  readonly service: string;
  readonly action: string;
  readonly version: string;
  readonly region: string;
  /** JSON. */
  readonly body: string;
};

const ALGORITHM = "TC3-HMAC-SHA256";
const CONTENT_TYPE = "application/json";
const SIGNED_HEADERS = "content-type;host";

/** A call without a signature, which some operations of the Security Token Service take. */
export function unsignedTcCall(call: TcCall, now: number): HttpRequest {
  const { baseUrl, action, version, region, body } = call;
  return {
    method: "POST",
    url: `${baseUrl}/`,
    headers: {
      authorization: "SKIP",
      "content-type": CONTENT_TYPE,
      "x-tc-action": action,
      "x-tc-region": region,
      "x-tc-timestamp": `${Math.floor(now / 1_000)}`,
      "x-tc-version": version,
    },
    body,
  };
}

/**
 * Signs a call by version 3 of the signature, of which the official SDKs, too, cover only the headers that have to be.
 * (https://cloud.tencent.com/document/api/1141/41607)
 */
export function signTc3(call: TcCall, keys: TencentKeys, now: number): HttpRequest {
  const { secretId, secretKey, token } = keys;
  const request = unsignedTcCall(call, now);
  const date = new Date(now).toISOString().slice(0, 10);
  const scope = `${date}/${call.service}/tc3_request`;
  // Without a port, as the SDK has it: the API is never at another one, and a proxy would not pass it on.
  const hostname = URL.parse(call.baseUrl)?.hostname ?? "";
  const headers = `content-type:${CONTENT_TYPE}\nhost:${hostname}\n`;
  const canonical = ["POST", "/", "", headers, SIGNED_HEADERS, sha256(call.body)].join("\n");
  const text = [ALGORITHM, request.headers["x-tc-timestamp"], scope, sha256(canonical)].join("\n");
  const key = [call.service, "tc3_request"].reduce(hmac, hmac(`TC3${secretKey.reveal()}`, date));
  const signature = hmac(key, text).toString("hex");
  return {
    ...request,
    headers: {
      ...request.headers,
      authorization: `${ALGORITHM} Credential=${secretId}/${scope}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`,
      ...(token && { "x-tc-token": token.reveal() }),
    },
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
