import type { DecodedCredentials } from "../../core/credential/credentials.ts";
import type { SourceResult } from "../../core/credential/source.ts";
import { findUnservedPatterns } from "../../core/credential/unserved-patterns.ts";

/** What was decoded, as a source says it, with what it lacks for the mapping's patterns. */
export function toSourceResult(decoded: DecodedCredentials, matchImages: readonly string[]): SourceResult {
  if (!decoded.ok) return { kind: "broken", problems: decoded.problems };
  const { credentials, findings } = decoded;
  const unserved = findUnservedPatterns(credentials, matchImages);
  return { kind: "credentials", credentials, findings: [...findings, ...unserved] };
}
