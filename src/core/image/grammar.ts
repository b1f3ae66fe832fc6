// The grammar of github.com/distribution/reference v0.6.0 (regexp.go), scanned by hand: each character is looked at once
// and nothing is kept, so that a name of ten megabytes costs time in proportion and no stack.

const DASH = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const UNDERSCORE = 0x5f;
const COLON = 0x3a;
const PLUS = 0x2b;

/** `remoteName`: components of lower-case alphanumerics, joined by `.`, `_`, `__` or dashes; `/` between components. */
export function isPath(text: string): boolean {
  let separators = 1; // how many separators were just read; a path starts as if after a slash
  let previous = SLASH;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isLowerAlphanumeric(code)) separators = 0;
    else if (separators === 0 && (code === DASH || code === DOT || code === SLASH || code === UNDERSCORE))
      separators = 1;
    else if (code === DASH && previous === DASH) separators++;
    else if (code === UNDERSCORE && previous === UNDERSCORE && separators === 1) separators = 2;
    else return false;
    previous = code;
  }
  return separators === 0;
}

/** `domainAndPort`: a DNS name, an IPv4 address or an IPv6 address in brackets, then perhaps a port. */
export function isDomain(text: string): boolean {
  const isIPv6 = text.startsWith("[");
  const hostEnd = isIPv6 ? text.indexOf("]") + 1 : endOf(text, ":");
  const isHost = isIPv6
    ? hostEnd > "[]".length && every(text, 1, hostEnd - 1, isIPv6Character)
    : isDomainName(text, hostEnd);
  const hasPort = text.charCodeAt(hostEnd) === COLON && hostEnd + 1 < text.length;
  return isHost && (hostEnd === text.length || (hasPort && every(text, hostEnd + 1, text.length, isDigit)));
}

/** `TagRegexp`. */
export function isTag(text: string): boolean {
  return text.length <= 128 && /^\w[\w.-]*$/.test(text);
}

/** `DigestRegexp`: an algorithm, a colon and at least 32 hexadecimal digits of either case. */
export function isDigest(text: string): boolean {
  const colon = endOf(text, ":");
  return (
    isAlgorithm(text, colon) && text.length - colon > 32 && every(text, colon + 1, text.length, isHexadecimal)
  );
}

/** Where `character` first is, or the end where it is not. */
export function endOf(text: string, character: string): number {
  const index = text.indexOf(character);
  return index === -1 ? text.length : index;
}

// A dash stands inside a label, a dot between two. The grammar has none of RFC 1123's limits of length.
function isDomainName(text: string, end: number): boolean {
  let previous = DOT;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    const fits =
      code === DASH ? previous !== DOT : code === DOT ? isAlphanumeric(previous) : isAlphanumeric(code);
    if (!fits) return false;
    previous = code;
  }
  return isAlphanumeric(previous);
}

// Words that start with a letter, joined by one of `-`, `_`, `+` and `.`.
function isAlgorithm(text: string, end: number): boolean {
  let startsWord = true;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    const joins = code === DASH || code === UNDERSCORE || code === PLUS || code === DOT;
    if (startsWord ? !isLetter(code) : !joins && !isAlphanumeric(code)) return false;
    startsWord = joins;
  }
  return !startsWord;
}

function every(text: string, start: number, end: number, matches: (code: number) => boolean): boolean {
  for (let i = start; i < end; i++) if (!matches(text.charCodeAt(i))) return false;
  return true;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isLetter(code: number): boolean {
  return isLower(code | 0x20); // the bit that tells `a` from `A`
}

function isLowerAlphanumeric(code: number): boolean {
  return isLower(code) || isDigit(code);
}

function isAlphanumeric(code: number): boolean {
  return isLetter(code) || isDigit(code);
}

function isHexadecimal(code: number): boolean {
  return isDigit(code) || (isLetter(code) && (code | 0x20) <= 0x66);
}

function isIPv6Character(code: number): boolean {
  return code === COLON || isHexadecimal(code);
}
