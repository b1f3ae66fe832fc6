import { parseImageReference, repositoryName } from "../image/reference.ts";
import { matchesPattern, parseMatchPattern } from "../match/match-pattern.ts";

/** What no registry minds: it is never pulled. */
const PLACEHOLDER = "image";

/**
 * An image that a pattern matches, for a credential provider that has to be asked for one; null where the host has a
 * wildcard, because nobody knows which of its registries exist.
 */
export function representativeImage(pattern: string): string | null {
  const [host = "", ...segments] = pattern.split("/");
  const path = segments.join("/");
  const isWhole = /[^/._-]$/.test(path);
  const parsed = parseMatchPattern(pattern);
  const image = parseImageReference(`${host}/${path}${isWhole ? "" : PLACEHOLDER}`);
  if (!parsed.ok || !image.ok) return null;
  const name = repositoryName(image.reference);
  return matchesPattern(parsed.pattern, name) ? name : null;
}
