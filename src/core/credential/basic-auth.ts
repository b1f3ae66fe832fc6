import type { Credentials } from "./credentials.ts";
import { authsKeyFor } from "./keyring.ts";
import type { Redacted } from "./redacted.ts";

/** One credential for all images that a mapping's patterns match: an `auths` entry for each pattern. */
export function credentialsForPatterns(
  username: string,
  password: Redacted,
  matchImages: readonly string[],
): Credentials {
  return new Map(matchImages.map((pattern) => [authsKeyFor(pattern), { username, password }]));
}
