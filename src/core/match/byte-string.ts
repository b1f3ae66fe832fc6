// Go's strings are bytes. Where its code counts or compares them, a JavaScript string with one character a byte stands in.

/** The UTF-8 bytes of a text as characters U+0000 to U+00FF. A lone surrogate becomes U+FFFD, as Go reads it from JSON. */
export function toByteString(text: string): string {
  if (isAscii(text)) return text;
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The code point at an index and its number of bytes; U+FFFD and 1 where the bytes are none, as utf8.DecodeRuneInString. */
export function decodeRune(bytes: string, index: number): readonly [codePoint: number, size: number] {
  const lead = bytes.charCodeAt(index);
  if (lead < 0x80) return [lead, 1];
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  let codePoint = lead & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const byte = bytes.charCodeAt(index + i); // NaN behind the end, which is no continuation either
    if (byte >> 6 !== 0b10) return INVALID;
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  const isShortest = codePoint >= (SMALLEST[size] ?? 0);
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return lead >= 0xc0 && isShortest && !isSurrogate && codePoint <= 0x10ffff ? [codePoint, size] : INVALID;
}

const INVALID = [0xfffd, 1] as const;

// The smallest code point that takes so many bytes: one that would fit in fewer is invalid.
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
