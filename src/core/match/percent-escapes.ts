// net/url's unescape, on byte strings.

/** Whether a percent sign is without its two hexadecimal digits. */
export function hasBrokenEscape(text: string): boolean {
  return /%(?![0-9A-Fa-f]{2})/.test(text);
}

/** Replaces every escape by its byte. Expects that none is broken. */
export function decodeEscapes(text: string): string {
  return text.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** A host without its escapes, or null where it can't stand in a URL: only bytes outside ASCII and `%` are escaped there. */
export function decodeHost(text: string): string | null {
  return hasForbiddenByte(text) || hasBrokenEscape(text) || /%(?!25)[0-7]/.test(text)
    ? null
    : decodeEscapes(text);
}

/** The zone of an IPv6 address without its escapes, or null: it escapes only what it could also hold as it is, and spaces. */
export function decodeZone(text: string): string | null {
  if (hasForbiddenByte(text) || hasBrokenEscape(text)) return null;
  const escaped = text.match(/%(?!25|20)../g)?.map(decodeEscapes) ?? [];
  return escaped.every((byte) => byte < "\x80" && !hasForbiddenByte(byte)) ? decodeEscapes(text) : null;
}

// gen_encoding_table.go, encodeHost: what a host holds without an escape, with the % that starts one.
function hasForbiddenByte(text: string): boolean {
  return /[^\w.~!$&'()*+,;=:[\]<>"%\x80-\xff-]/.test(text);
}
