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

/**
 * 403 is what ECR and GitHub say of a token that has expired, and what the firewall of Azure says of an address; the last two
 * with the same code, `DENIED`, so that a body would tell nothing more. It counts as a refusal: a credential that has expired
 * has to be an alert, and nodes that leave by the same firewall pull no better than pullcred logs in.
 */
const FORBIDDEN = ": it is wrong, has expired, or is not let in from this address";

/** What may be sent to a registry from now on, or why nothing may. */
export type Admission =
  | { readonly isAdmitted: true; readonly authorization: Redacted }
  | {
      readonly isAdmitted: false;
      readonly outcome: Outcome;
      /** The status that refused who asked; null where nothing was said of that. */
      readonly refusedWith: number | null;
      /** How who was asked answered at last, whatever it said of who asked; null where nobody was. */
      readonly status: number | null;
    };

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
    const detail = `${service} has no https, so that it gets no credential: ${http.optionNames.insecureHost} allows it`;
    return notAdmitted(inconclusive(detail), null);
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
  if (token === null) return notAdmitted(inconclusive(`${service} gave no token`), answer.status);
  return { isAdmitted: true, authorization: bearerAuthorization(token) };
}

type Refusal = { readonly status: number; readonly isElsewhere: boolean };

/** What an answer that is no success means for a login. `who` begins the sentence. */
export function turnedAway(
  who: string,
  { status, isElsewhere }: Refusal,
  credential: RegistryCredential | null,
): Admission {
  if (!isRefusal(status)) return notAdmitted(judgeOddStatus(who, status), status);
  if (isElsewhere) return notAdmitted(redirected(who), status);
  const odd = credential === null ? [] : findOddText(credential);
  const hints = odd.map(({ field, message }) => `; the ${field} ${message}`);
  const detail = `${who} refuses the credential (${status})${status === 403 ? FORBIDDEN : ""}${hints.join("")}`;
  const outcome = { verdict: Verdict.WrongCredentials, detail };
  return { isAdmitted: false, refusedWith: status, status, outcome };
}

/** For a refusal by a server that got no credential. */
export function redirected(who: string): Outcome {
  return inconclusive(`${who} redirects to another host, which gets no credential`);
}

function notAdmitted(outcome: Outcome, status: number | null): Admission {
  return { isAdmitted: false, refusedWith: null, status, outcome };
}
