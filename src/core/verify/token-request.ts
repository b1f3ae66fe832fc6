import type { RegistryCredential } from "../credential/credentials.ts";
import { Redacted } from "../credential/redacted.ts";
import { isJsonObject } from "../json/json-object.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";

/** How a registry wants to be asked, of the ways that container runtimes know. */
export type Authentication =
  | { readonly kind: "basic" }
  /** By a token of this service. (https://distribution.github.io/distribution/spec/auth/token/) */
  | {
      readonly kind: "bearer";
      readonly realm: URL;
      readonly service: string | null;
      readonly scopes: readonly string[];
    };

/** How a registry wants to be asked, or why nobody can tell; the problem is the rest of a sentence. */
export type ReadAuthentication =
  | { readonly ok: true; readonly authentication: Authentication; readonly error: string | null }
  | { readonly ok: false; readonly problem: string };

/** A token longer than that fits in no header. */
const LONGEST_TOKEN = 64 * 1024;

/** Chooses what to do with a `WWW-Authenticate` header as containerd does: a token where one is offered, else Basic. */
export function readAuthentication(header: string | undefined): ReadAuthentication {
  if (header === undefined) return failed("does not say how it wants to be asked (no WWW-Authenticate)");
  const challenges = parseChallenges(header);
  if (challenges === null) return failed("asks in a way that cannot be read (WWW-Authenticate)");
  const bearer = challenges.find(({ scheme }) => scheme === "bearer");
  if (bearer !== undefined) return readBearer(bearer);
  if (challenges.some(({ scheme }) => scheme === "basic"))
    return { ok: true, authentication: { kind: "basic" }, error: null };
  return failed("asks for neither Basic nor Bearer, which is all that container runtimes know");
}

function readBearer({ parameters }: Challenge): ReadAuthentication {
  const realm = URL.parse(parameters.get("realm") ?? "");
  const isWeb = realm?.protocol === "https:" || realm?.protocol === "http:";
  if (realm === null || !isWeb) return failed("names no token service that has a web address");
  if (realm.username !== "" || realm.password !== "")
    return failed("names a token service with a user name in its address");
  realm.hash = "";
  const scopes = (parameters.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  const service = parameters.get("service") ?? null;
  return {
    ok: true,
    authentication: { kind: "bearer", realm, service, scopes },
    error: parameters.get("error") ?? null,
  };
}

/** The scope of a pull. */
export function pullScope(repository: string): string {
  return `repository:${repository}:pull`;
}

/** The address of a request for a token that is good for these scopes; with none it only proves who asks. */
export function tokenUrl(
  { realm, service }: Extract<Authentication, { kind: "bearer" }>,
  scopes: readonly string[],
): URL {
  const url = new URL(realm);
  if (service !== null) url.searchParams.append("service", service);
  url.searchParams.append("client_id", "pullcred");
  for (const scope of [...new Set(scopes)].sort()) url.searchParams.append("scope", scope);
  return url;
}

/** The token in the answer of a token service; null where there is none that could be sent. */
export function readToken(body: string): Redacted | null {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return null;
  }
  const { token, access_token } = isJsonObject(answer) ? answer : {};
  const text = typeof access_token === "string" && access_token !== "" ? access_token : token;
  if (typeof text !== "string" || text.length > LONGEST_TOKEN || !/^[\x21-\x7e]+$/.test(text)) return null;
  return new Redacted(text);
}

/** The `Authorization` header for a user name and password. */
export function basicAuthorization({ username, password }: RegistryCredential): Redacted {
  return new Redacted(`Basic ${Buffer.from(`${username}:${password.reveal()}`).toString("base64")}`);
}

/** The `Authorization` header for a token. */
export function bearerAuthorization(token: Redacted): Redacted {
  return new Redacted(`Bearer ${token.reveal()}`);
}

function failed(problem: string): ReadAuthentication {
  return { ok: false, problem };
}
