import type { DecodedCredentials } from "../../core/credential/credentials.ts";
import type { SourceResult } from "../../core/credential/source.ts";

/** What was decoded, as a source says it. */
export function toSourceResult(decoded: DecodedCredentials): SourceResult {
  return decoded.ok
    ? { kind: "credentials", credentials: decoded.credentials, findings: decoded.findings }
    : { kind: "broken", problems: decoded.problems };
}
