import type { MatchPattern } from "./match-pattern.ts";
import { explainHost } from "./unmatchable-host.ts";
import { explainPath } from "./unmatchable-path.ts";

/**
 * Why no image reference can match a pattern, with what to write instead, or null where one can. The text continues a
 * sentence that starts with the pattern. It may miss a reason, but never blames a pattern that some image matches.
 */
export function explainUnmatchable(pattern: MatchPattern): string | null {
  const reason = explainScheme(pattern) ?? explainHost(pattern) ?? explainPath(pattern.path);
  return reason === null ? null : `can match no image: ${reason}`;
}

// `https://reg.example.com` has the host `https`, an empty port and a path that starts with two slashes.
function explainScheme({ text, path }: MatchPattern): string | null {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && path.startsWith("//")
    ? "it starts with a scheme; leave that out"
    : null;
}
