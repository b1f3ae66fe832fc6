import { decodeRune, toByteString } from "./byte-string.ts";

type Range = readonly [low: number, high: number];
type Term =
  | { readonly kind: "star" }
  | { readonly kind: "any" }
  | { readonly kind: "byte"; readonly code: number }
  | { readonly kind: "class"; readonly negated: boolean; readonly ranges: readonly Range[] };

/** A parsed pattern. */
export type Glob = readonly Term[];

const SLASH = 0x2f;

/** Go's filepath.Match on Unix, for any two texts. A malformed pattern matches nothing. */
export function matchGlob(pattern: string, name: string): boolean {
  const glob = parseGlob(toByteString(pattern));
  return glob !== null && matchesGlob(glob, toByteString(name));
}

/**
 * Parses a pattern of Go's filepath.Match on Unix, or returns null where it is malformed. Patterns and names are byte
 * strings (see byte-string.ts), because Go steps by bytes outside `?` and classes; ASCII is its own byte string.
 */
export function parseGlob(pattern: string): Glob | null {
  const terms: Term[] = [];
  for (let i = 0; i < pattern.length; ) {
    const character = pattern[i];
    if (character === "[") {
      const parsed = parseClass(pattern, i + 1);
      if (parsed === null) return null;
      terms.push(parsed.term);
      i = parsed.end;
      continue;
    }
    if (character === "\\") i++;
    if (i === pattern.length) return null;
    if (character === "*") terms.push({ kind: "star" });
    else if (character === "?") terms.push({ kind: "any" });
    else terms.push({ kind: "byte", code: pattern.charCodeAt(i) });
    i++;
  }
  return terms;
}

/**
 * Whether the whole name matches. As in Go, a star gives back nothing once the terms up to the next star have matched, so
 * that the time is at most the product of the two lengths.
 */
export function matchesGlob(glob: Glob, name: string): boolean {
  let term = 0;
  let at = 0;
  let retryTerm = -1; // the term behind the last star, or -1 before the first one
  let retryAt = 0;
  for (;;) {
    const current = glob[term];
    if (current === undefined ? at === name.length : current.kind === "star") {
      if (current === undefined) return true;
      term++;
      retryTerm = term;
      retryAt = at;
      continue;
    }
    const size = current === undefined ? 0 : sizeOfMatch(current, name, at);
    if (size > 0) {
      term++;
      at += size;
      continue;
    }
    // The last star takes one byte more, which must not be a slash.
    if (retryTerm === -1 || retryAt >= name.length || name.charCodeAt(retryAt) === SLASH) return false;
    retryAt++;
    term = retryTerm;
    at = retryAt;
  }
}

// How many bytes of the name a term other than a star takes; 0 where it does not match.
function sizeOfMatch(term: Term, name: string, at: number): number {
  if (at >= name.length) return 0;
  if (term.kind === "byte") return name.charCodeAt(at) === term.code ? 1 : 0;
  const [codePoint, size] = decodeRune(name, at);
  if (term.kind === "class") {
    const isListed = term.ranges.some(([low, high]) => low <= codePoint && codePoint <= high);
    return isListed === term.negated ? 0 : size;
  }
  return codePoint === SLASH ? 0 : size;
}

function parseClass(pattern: string, start: number): { readonly term: Term; readonly end: number } | null {
  const negated = pattern[start] === "^";
  const ranges: Range[] = [];
  let i = negated ? start + 1 : start;
  while (ranges.length === 0 || pattern[i] !== "]") {
    const low = parseClassCharacter(pattern, i);
    if (low === null) return null;
    const high = pattern[low.end] === "-" ? parseClassCharacter(pattern, low.end + 1) : low;
    if (high === null) return null;
    ranges.push([low.codePoint, high.codePoint]);
    i = high.end;
  }
  return { term: { kind: "class", negated, ranges }, end: i + 1 };
}

// filepath's getEsc: a dash or a closing bracket has to be escaped, and the class has to go on behind the character.
function parseClassCharacter(
  pattern: string,
  start: number,
): { readonly codePoint: number; readonly end: number } | null {
  if (pattern[start] === "-" || pattern[start] === "]") return null;
  const at = pattern[start] === "\\" ? start + 1 : start;
  if (at >= pattern.length) return null;
  const [codePoint, size] = decodeRune(pattern, at);
  if (codePoint === 0xfffd && size === 1) return null;
  return at + size < pattern.length ? { codePoint, end: at + size } : null;
}
