import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Received } from "../cloud-server.ts";

/** What Alibaba Cloud knows of an access key. */
export type KnownKey = { readonly secret: string; readonly token?: string };

/** The code with which Alibaba Cloud refuses a request's signature; null where it is right. */
export function refuseAcs3(
  request: Received,
  knownKeys: ReadonlyMap<string, KnownKey>,
  now: number,
): string | null {
  const { headers } = request;
  const form = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/;
  const [, id = "", names = "", signature = ""] = form.exec(headers.authorization ?? "") ?? [];
  const key = knownKeys.get(id);
  if (id === "") return "IncompleteSignature";
  if (key === undefined) return "InvalidAccessKeyId.NotFound";
  const sent = Date.parse(text(headers["x-acs-date"]));
  if (!(Math.abs(now - sent) <= 15 * 60_000)) return "InvalidTimeStamp.Expired";
  if (headers["x-acs-security-token"] !== key.token) return "InvalidSecurityToken.MismatchWithAccessKey";
  const signed = names.split(";");
  const needed = Object.keys(headers).filter((name) => name.startsWith("x-acs-") || name === "host");
  if (needed.some((name) => !signed.includes(name))) return "SignatureDoesNotMatch";
  if (signed.join() !== [...signed].sort().join()) return "SignatureDoesNotMatch";
  if (text(headers["x-acs-content-sha256"]) !== sha256(request.body)) return "SignatureDoesNotMatch";
  const own = createHmac("sha256", key.secret)
    .update(["ACS3-HMAC-SHA256", sha256(canonicalise(request, signed))].join("\n"))
    .digest();
  return timingSafeEqual(own, Buffer.from(signature, "hex")) ? null : "SignatureDoesNotMatch";
}

function canonicalise({ method, url, headers, body }: Received, signed: readonly string[]): string {
  const query = [...url.searchParams.entries()]
    .map(([name, value]) => `${percent(name)}=${percent(value)}`)
    .sort();
  return [
    method,
    url.pathname,
    query.join("&"),
    ...signed.map((name) => `${name}:${text(headers[name]).trim()}`),
    "",
    signed.join(";"),
    sha256(body),
  ].join("\n");
}

/** Byte by byte, unlike what is tested. */
function percent(value: string): string {
  return [...Buffer.from(value)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}

function sha256(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

function text(header: string | readonly string[] | undefined): string {
  return typeof header === "string" ? header : "";
}
