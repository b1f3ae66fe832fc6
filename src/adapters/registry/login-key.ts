import { createHash } from "node:crypto";
import type { RegistryCredential } from "../../core/credential/credentials.ts";
import type { Authentication } from "../../core/verify/token-request.ts";

/** Tells logins apart, by digests: no password is the key of a map. */
export type LoginKey = {
  /** Who logs in, and where the password is sent: what a directory counts failures of. */
  readonly account: string;
  /** The same, and what for: one token service may serve several registries, and each their images. */
  readonly login: string;
  /** Whether what for is an image, so that it may be a right that is missing. */
  readonly isForImage: boolean;
};

/** With Basic the password goes to the registry itself, else to its token service, whichever registry named that. */
export function loginKey(
  registry: URL,
  authentication: Authentication,
  { username, password }: RegistryCredential,
  scopes: readonly string[] = [],
): LoginKey {
  const isBasic = authentication.kind === "basic";
  const place = isBasic ? registry.origin : authentication.realm.href;
  const service = isBasic ? null : authentication.service;
  const account = digest([place, username, password.reveal()]);
  return { account, login: digest([account, service, ...scopes]), isForImage: scopes.length > 0 };
}

function digest(parts: readonly (string | null)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}
