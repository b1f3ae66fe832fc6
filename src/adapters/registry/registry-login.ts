import type { RegistryCredential } from "../../core/credential/credentials.ts";
import { findOddText } from "../../core/credential/odd-text.ts";
import type { Redacted } from "../../core/credential/redacted.ts";
import { isRefusal, isSuccess, judgeOddStatus } from "../../core/verify/judge-status.ts";
import {
  type Authentication,
  basicAuthorization,
  bearerAuthorization,
  readToken,
  tokenUrl,
} from "../../core/verify/token-request.ts";
import { inconclusive, type Outcome, Verdict } from "../../core/verify/verdict.ts";
import type { RegistryHttp } from "./registry-http.ts";

/** What may be sent to a registry from now on, or why nothing may. */
export type Admission =
  | { readonly isAdmitted: true; readonly authorization: Redacted }
  | { readonly isAdmitted: false; readonly outcome: Outcome; readonly isRefused: boolean };

/** Logs in as `docker login` does: with the credential at `/v2/`, or at the token service for a token without a scope. */
export async function logIn(
  http: RegistryHttp,
  base: URL,
  authentication: Authentication,
  credential: RegistryCredential,
): Promise<Admission> {
  if (authentication.kind === "bearer") return requestToken(http, authentication, [], credential);
  const authorization = basicAuthorization(credential);
  const answer = await http.send({ method: "GET", url: new URL("/v2/", base), authorization });
  if (isSuccess(answer.status)) return { isAdmitted: true, authorization };
  return turnedAway(base.host, answer, credential);
}

/** Asks a token service for a token; without a credential as anybody. */
export async function requestToken(
  http: RegistryHttp,
  authentication: Extract<Authentication, { kind: "bearer" }>,
  scopes: readonly string[],
  credential: RegistryCredential | null,
): Promise<Admission> {
  const url = tokenUrl(authentication, scopes);
  const service = `the token service ${url.host}`;
  if (url.protocol !== "https:" && !http.allowsPlain(url)) {
    return notAdmitted(
      inconclusive(`${service} has no https, so that it gets no credential: --insecure-host allows it`),
    );
  }
  const authorization = credential === null ? undefined : basicAuthorization(credential);
  const answer = await http.send({
    method: "GET",
    url,
    wantsBody: true,
    ...(authorization && { authorization }),
  });
  if (!isSuccess(answer.status)) return turnedAway(service, answer, credential);
  const token = readToken(answer.body);
  if (token === null) return notAdmitted(inconclusive(`${service} gave no token`));
  return { isAdmitted: true, authorization: bearerAuthorization(token) };
}

type Refusal = { readonly status: number; readonly isElsewhere: boolean };

function turnedAway(
  who: string,
  { status, isElsewhere }: Refusal,
  credential: RegistryCredential | null,
): Admission {
  if (!isRefusal(status)) return notAdmitted(judgeOddStatus(who, status));
  if (isElsewhere) return notAdmitted(redirected(who));
  const odd = credential === null ? [] : findOddText(credential);
  const hints = odd.map(({ field, message }) => `; the ${field} ${message}`);
  const detail = `${who} refuses the credential (${status})${hints.join("")}`;
  return { isAdmitted: false, isRefused: true, outcome: { verdict: Verdict.WrongCredentials, detail } };
}

/** For a refusal by a server that got no credential. */
export function redirected(who: string): Outcome {
  return inconclusive(`${who} redirects to another host, which gets no credential`);
}

function notAdmitted(outcome: Outcome): Admission {
  return { isAdmitted: false, isRefused: false, outcome };
}
