import { isJsonObject } from "../json/json-object.ts";
import { readJsonObject, readText } from "./read-json.ts";

/** What a token endpoint says when it refuses. */
export type OAuthError = {
  /** Such as `invalid_grant`; empty where the answer has none. */
  readonly code: string;
  readonly message: string;
};

/** Reads an error of RFC 6749, of Google's APIs, or in plain words. A page for browsers says nothing. */
export function readOAuthError(body: string): OAuthError {
  const answer = readJsonObject(body);
  const { error } = answer;
  if (isJsonObject(error)) {
    return { code: readText(error, "status") ?? "", message: readText(error, "message") ?? "" };
  }
  const code = readText(answer, "error") ?? "";
  const message = readText(answer, "error_description") ?? "";
  if (code !== "" || message !== "" || /^\s*[<{[]/.test(body)) return { code, message };
  return { code: "", message: body };
}
