import { createHash, createHmac } from "node:crypto";
import type { Redacted } from "../../../core/credential/redacted.ts";
import type { HttpRequest } from "../../http/send-http.ts";

/** What signs a request: an access key, with a token where it is a temporary one. */
export type AlibabaKeys = {
  readonly accessKeyId: string;
  readonly accessKeySecret: Redacted;
  readonly securityToken?: Redacted;
};

/** What of them no message may hold. */
export function secretsOf({ accessKeySecret, securityToken }: AlibabaKeys): readonly Redacted[] {
  return securityToken === undefined ? [accessKeySecret] : [accessKeySecret, securityToken];
}

/** A call of one of Alibaba Cloud's APIs: an operation by name (RPC) has the path `/`, a resource (ROA) its own. */
export type AcsCall = {
  readonly method: "GET" | "POST";
  /** Scheme and host. */
  readonly baseUrl: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly action: string;
  readonly version: string;
};

/** What differs each time a call is sent. */
export type AcsMoment = {
  /** In milliseconds since the epoch. */
  readonly now: number;
  readonly nonce: string;
};

const ALGORITHM = "ACS3-HMAC-SHA256";

/**
 * Signs a call without a body by version 3 of the signature.
 * (https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature)
 */
export function signAcs3(call: AcsCall, keys: AlibabaKeys, { now, nonce }: AcsMoment): HttpRequest {
  const { method, baseUrl, path, action, version } = call;
  const { accessKeyId, accessKeySecret, securityToken } = keys;
  const query = encodeQuery(call.query);
  const payloadHash = sha256("");
  const headers = {
    "x-acs-action": action,
    "x-acs-content-sha256": payloadHash,
    "x-acs-date": formatAcsDate(now),
    "x-acs-signature-nonce": nonce,
    "x-acs-version": version,
    ...(securityToken && {
      "x-acs-accesskey-id": accessKeyId,
      "x-acs-security-token": securityToken.reveal(),
    }),
  };
  const signed = Object.entries({ host: URL.parse(baseUrl)?.host ?? "", ...headers }).sort(byName);
  const names = signed.map(([name]) => name).join(";");
  const lines = signed.map(([name, value]) => `${name}:${value.trim()}\n`).join("");
  const canonical = [method, path, query, lines, names, payloadHash].join("\n");
  const signature = createHmac("sha256", accessKeySecret.reveal())
    .update(`${ALGORITHM}\n${sha256(canonical)}`)
    .digest("hex");
  return {
    method,
    url: `${baseUrl}${path}${query === "" ? "" : `?${query}`}`,
    headers: {
      accept: "application/json",
      ...headers,
      authorization: `${ALGORITHM} Credential=${accessKeyId},SignedHeaders=${names},Signature=${signature}`,
    },
  };
}

/** A time in ISO 8601 without parts of seconds, as Alibaba Cloud writes them. */
export function formatAcsDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Sorted and encoded as the signature has it, which is also how it is sent. */
function encodeQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .sort(byName)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
}

/** RFC 3986, of which encodeURIComponent leaves some reserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
