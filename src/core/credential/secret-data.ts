/**
 * The bytes of a key of a Secret's `data`; null where it is not base64. The API server lets nothing else through; a manifest
 * may hold anything.
 */
export function decodeSecretData(encoded: string): Buffer | null {
  // White space goes first: an expression that passes over it inside and at the end takes quadratic time to fail.
  const digits = encoded.replace(/\s+/g, "");
  return /^[A-Za-z0-9+/]+={0,2}$/.test(digits) ? Buffer.from(digits, "base64") : null;
}
