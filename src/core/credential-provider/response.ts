import type { RegistryCredential } from "../credential/credentials.ts";
import { Redacted } from "../credential/redacted.ts";
import { isJsonObject } from "../json/json-object.ts";
import { formatGoDuration, parseGoDuration } from "../time/go-duration.ts";
import { readStrictObject } from "./api-object.ts";
import type { ApiVersion } from "./api-version.ts";

const KIND = "CredentialProviderResponse";
const CACHE_KEY_TYPES = ["Image", "Registry", "Global"] as const;

/** For what a response is good: the image that was asked for, all of its registry, or every image. */
export type CacheKeyType = (typeof CACHE_KEY_TYPES)[number];

/** What a credential provider answers. */
export type ProviderResponse = {
  readonly cacheKeyType: CacheKeyType;
  /** For how long, in milliseconds; null where the provider leaves that to whoever asks. */
  readonly cacheDuration: number | null;
  /** By patterns of images, with the rules of `matchImages`. */
  readonly auth: ReadonlyMap<string, RegistryCredential>;
};

/** A response that kubelet would use, or what is wrong with it, as the rest of a sentence that quotes nothing of it. */
export type DecodedResponse =
  | { readonly ok: true; readonly response: ProviderResponse }
  | { readonly ok: false; readonly problem: string };

/** Reads a response to a request of this version, as kubelet does. */
export function decodeResponse(text: string, apiVersion: ApiVersion): DecodedResponse {
  const read = readStrictObject(text, KIND, ["cacheKeyType", "cacheDuration", "auth"]);
  if (!read.ok) return read;
  const { object } = read;
  if (object.apiVersion !== apiVersion) {
    return refuse(
      `must have the apiVersion of the request, ${apiVersion}: set exec.apiVersion to the plugin's`,
    );
  }
  const cacheKeyType = CACHE_KEY_TYPES.find((type) => type === object.cacheKeyType);
  if (cacheKeyType === undefined) return refuse(`must have a cacheKeyType of ${CACHE_KEY_TYPES.join(", ")}`);
  const cacheDuration = readDuration(object.cacheDuration ?? null);
  if (cacheDuration === undefined) return refuse('must have a cacheDuration such as "6h0m0s", or none');
  const auth = readAuth(object.auth ?? {});
  if (auth === null)
    return refuse("must have an auth whose entries hold username and password, and nothing else");
  return { ok: true, response: { cacheKeyType, cacheDuration, auth } };
}

/** The response as JSON, with the credentials in it. */
export function encodeResponse(
  { cacheKeyType, cacheDuration, auth }: ProviderResponse,
  apiVersion: ApiVersion,
): string {
  const entries = [...auth].map(([pattern, { username, password }]) => [
    pattern,
    { username, password: password.reveal() },
  ]);
  return JSON.stringify({
    kind: KIND,
    apiVersion,
    cacheKeyType,
    ...(cacheDuration !== null && { cacheDuration: formatGoDuration(cacheDuration) }),
    auth: Object.fromEntries(entries),
  });
}

function readDuration(value: unknown): number | null | undefined {
  if (value === null) return null;
  return typeof value === "string" ? (parseGoDuration(value) ?? undefined) : undefined;
}

function readAuth(value: unknown): ReadonlyMap<string, RegistryCredential> | null {
  if (!isJsonObject(value)) return null;
  const auth = new Map<string, RegistryCredential>();
  for (const [pattern, entry] of Object.entries(value)) {
    if (!isJsonObject(entry)) return null;
    const { username = "", password = "", ...others } = entry;
    if (typeof username !== "string" || typeof password !== "string" || Object.keys(others).length > 0)
      return null;
    auth.set(pattern, { username, password: new Redacted(password) });
  }
  return auth;
}

function refuse(problem: string): DecodedResponse {
  return { ok: false, problem };
}
