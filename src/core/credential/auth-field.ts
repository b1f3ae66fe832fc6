/** What an `auth` field holds, or why kubelet cannot read it. */
export type DecodedAuth =
  | { readonly ok: true; readonly username: string; readonly password: string }
  | { readonly ok: false; readonly problem: string };

const REMEDY = "write the base64 of username:password, or username and password as fields of their own";

/**
 * Reads an `auth` field: decodeDockerConfigFieldAuth of k8s.io/kubernetes, pkg/credentialprovider/config.go. The password
 * starts behind the first colon, so it may hold others.
 */
export function decodeAuthField(auth: string): DecodedAuth {
  const bytes = decodeGoBase64(auth);
  if (bytes === null) return { ok: false, problem: `is not base64: ${REMEDY}` };
  const text = decodeUtf8(bytes);
  // kubelet would accept it, and fail when it hands it to the container runtime, whose protocol is UTF-8.
  if (text === null) return { ok: false, problem: `does not hold UTF-8: ${REMEDY}` };
  const colon = text.indexOf(":");
  if (colon === -1) return { ok: false, problem: `has no colon in its base64: ${REMEDY}` };
  return { ok: true, username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * Go's base64.StdEncoding, or RawStdEncoding where the text, apart from white space around it, does not end with "=".
 * Line breaks are passed over anywhere, other white space nowhere; spare bits at the end may be set. Null: not base64.
 */
export function decodeGoBase64(text: string): Buffer | null {
  const isPadded = text.trim().endsWith("=");
  const characters = text.replace(/[\r\n]/g, "");
  const match = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(characters);
  const [digits, padding] = [match?.[1] ?? "", match?.[2] ?? ""];
  if (match === null || digits.length % 4 === 1) return null;
  const missing = (4 - (digits.length % 4)) % 4;
  return padding.length === (isPadded ? missing : 0) ? Buffer.from(digits, "base64") : null;
}

/** The text of UTF-8 bytes, a byte order mark included; null where they are none. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
