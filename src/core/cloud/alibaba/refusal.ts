import { isJsonObject, type JsonObject } from "../../json/json-object.ts";

/** What one of Alibaba Cloud's APIs said instead of doing what it was asked for. */
export type AlibabaRefusal = {
  readonly status: number;
  /** Such as `NoPermission`; empty where there is none. */
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
  /** The action that is not allowed, such as `cr:GetAuthorizationToken`, where it was told. */
  readonly action: string;
  /** Who is not allowed, in words, where it was told. */
  readonly principal: string;
};

/**
 * Reads a refusal: `{"Code", "Message", "RequestId"}` of the RPC APIs, `{"code", "message", "requestId"}` of the older
 * registry API, and what RAM adds where a permission is missing.
 */
export function readAlibabaRefusal(status: number, body: JsonObject): AlibabaRefusal {
  const detail = isJsonObject(body.AccessDeniedDetail) ? body.AccessDeniedDetail : {};
  return {
    status,
    code: readText(body, "Code", "code"),
    message: readText(body, "Message", "message"),
    requestId: readText(body, "RequestId", "requestId"),
    action: readText(detail, "AuthAction"),
    principal: namePrincipal(detail),
  };
}

/** Whether the request's time is too far from the server's: 15 minutes. */
export function isAlibabaSkew({ code }: AlibabaRefusal): boolean {
  return code.startsWith("InvalidTimeStamp") || code === "IllegalTimestamp";
}

/** Whether a permission is missing. Products spell it differently, and the registry's older API in capitals. */
export function isAlibabaDenial({ status, code }: AlibabaRefusal): boolean {
  if (code.startsWith("Forbidden") || code.startsWith("AuthenticationFail.NoPermission")) return true;
  return status === 403 ? code === "" || DENIALS.test(code) : DENIALS.test(code);
}

const DENIALS = /^(no_?permission|no_?privilege|not_?authorized|access_?denied)$/i;

/** The types that RAM has for AuthPrincipalType. */
const PRINCIPALS: Readonly<Record<string, string>> = {
  SubUser: "RAM user",
  AssumedRoleUser: "RAM role",
};

function namePrincipal(detail: JsonObject): string {
  const name = readText(detail, "AuthPrincipalDisplayName");
  const owner = readText(detail, "AuthPrincipalOwnerId");
  if (name === "") return "";
  const type = PRINCIPALS[readText(detail, "AuthPrincipalType")] ?? "principal";
  return `${type} ${name}${owner === "" ? "" : ` of account ${owner}`}`;
}

function readText(object: JsonObject, ...keys: readonly string[]): string {
  const found = keys.map((key) => object[key]).find((value) => typeof value === "string");
  return typeof found === "string" ? found : "";
}
