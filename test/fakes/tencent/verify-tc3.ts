import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Received } from "../cloud-server.ts";

/** What Tencent Cloud knows of an API key. */
export type KnownKey = { readonly secret: string; readonly token?: string };

const FORM =
  /^TC3-HMAC-SHA256 Credential=([^/]+)\/(\d{4}-\d\d-\d\d)\/(\w+)\/tc3_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** The code with which Tencent Cloud refuses a request's signature; null where it is right. */
export function refuseTc3(
  request: Received,
  knownKeys: ReadonlyMap<string, KnownKey>,
  now: number,
): string | null {
  const { headers } = request;
  const [, id = "", date = "", service = "", names = "", signature = ""] =
    FORM.exec(headers.authorization ?? "") ?? [];
  const key = knownKeys.get(id);
  if (id === "") return "AuthFailure.SignatureFailure";
  if (key === undefined) return "AuthFailure.SecretIdNotFound";
  const timestamp = text(headers["x-tc-timestamp"]);
  if (!(Math.abs(now / 1_000 - Number(timestamp)) <= 300)) return "AuthFailure.SignatureExpire";
  if (headers["x-tc-token"] !== key.token) return "AuthFailure.TokenFailure";
  const signed = names.split(";");
  const isOfDay = new Date(Number(timestamp) * 1_000).toISOString().startsWith(date);
  if (!isOfDay || !signed.includes("content-type") || !signed.includes("host")) {
    return "AuthFailure.SignatureFailure";
  }
  const scope = `${date}/${service}/tc3_request`;
  const own = [
    date,
    service,
    "tc3_request",
    ["TC3-HMAC-SHA256", timestamp, scope, sha256(canonicalise(request, signed))].join("\n"),
  ].reduce<string | Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `TC3${key.secret}`,
  );
  const isRight = timingSafeEqual(Buffer.from(own), Buffer.from(signature, "hex"));
  return isRight ? null : "AuthFailure.SignatureFailure";
}

function canonicalise({ method, url, headers, body }: Received, signed: readonly string[]): string {
  // The real API is at the usual port, so that nobody signs one.
  const values: Received["headers"] = { ...headers, host: url.hostname };
  const lines = signed.map((name) => `${name}:${text(values[name]).trim().toLowerCase()}`);
  return [method, url.pathname, url.search.slice(1), ...lines, "", signed.join(";"), sha256(body)].join("\n");
}

function sha256(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

function text(header: string | readonly string[] | undefined): string {
  return typeof header === "string" ? header : "";
}
