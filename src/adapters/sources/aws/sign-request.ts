import { createHash, createHmac } from "node:crypto";
import { canonicalRequest, signedHeaders } from "../../../core/cloud/aws/canonical-request.ts";
import type { Redacted } from "../../../core/credential/redacted.ts";
import type { HttpRequest } from "../../http/send-http.ts";

/** What signs a request: an access key, with a token where it is a temporary one. */
export type AwsKeys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: Redacted;
  readonly sessionToken?: Redacted;
};

/** For whom a signature is. */
export type SigningScope = { readonly region: string; readonly service: string };

const ALGORITHM = "AWS4-HMAC-SHA256";

/**
 * The request with a signature of version 4 over all of its headers. `now` is in milliseconds since the epoch.
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html)
 */
export function signRequest(
  request: HttpRequest,
  keys: AwsKeys,
  { region, service }: SigningScope,
  now: number,
): HttpRequest {
  const url = new URL(request.url);
  const date = formatAmzDate(now);
  const headers = {
    ...request.headers,
    "x-amz-date": date,
    ...(keys.sessionToken && { "x-amz-security-token": keys.sessionToken.reveal() }),
  };
  const covered = { ...headers, host: url.host }; // which fetch writes by itself
  const payloadHash = sha256(request.body ?? "");
  const canonical = canonicalRequest({ method: request.method, url, headers: covered, payloadHash });
  const scope = [date.slice(0, 8), region, service, "aws4_request"];
  const text = [ALGORITHM, date, scope.join("/"), sha256(canonical)].join("\n");
  const signature = hmac(deriveKey(keys.secretAccessKey, scope), text).toString("hex");
  const authorization =
    `${ALGORITHM} Credential=${[keys.accessKeyId, ...scope].join("/")}, ` +
    `SignedHeaders=${signedHeaders(covered)}, Signature=${signature}`;
  return { ...request, headers: { ...headers, authorization } };
}

/** 20150830T123600Z */
function formatAmzDate(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}

function deriveKey(secret: Redacted, scope: readonly string[]): Buffer {
  return scope.reduce<Buffer>(hmac, Buffer.from(`AWS4${secret.reveal()}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
