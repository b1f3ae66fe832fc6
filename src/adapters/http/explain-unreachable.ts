/** Why a server did not answer, in words. */
export type Unreachable = {
  readonly why: string;
  /** Whether what answered does not speak TLS. */
  readonly isPlain: boolean;
  /** Whether nobody listens there. */
  readonly isClosed: boolean;
};

const NOT_TLS = /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST)$/;

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its name could not be looked up",
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "it closed the connection",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  ETIMEDOUT: "it did not answer",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};
/** https://nodejs.org/api/tls.html#x509-certificate-error-codes, of those that end in a CA that is not trusted. */
const UNTRUSTED = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** Explains what Node says when there is no answer. Its own message may quote an address or a header. */
export function explainUnreachable(cause: unknown, howToTrust: string): Unreachable {
  const code = codeOf(cause);
  const kind = { isPlain: NOT_TLS.test(code), isClosed: code === "ECONNREFUSED" };
  if (kind.isPlain) return { why: "it does not speak TLS", ...kind };
  if (UNTRUSTED.has(code)) return { why: `its certificate is not trusted: ${howToTrust}`, ...kind };
  return { why: EXPLANATIONS[code] ?? code, ...kind };
}

/** An error of several connection attempts holds theirs. */
function codeOf(cause: unknown): string {
  const { code, errors } = cause as { readonly code?: unknown; readonly errors?: readonly unknown[] };
  if (typeof code === "string" && /^\w+$/.test(code)) return code;
  return errors?.length ? codeOf(errors[0]) : "the connection failed";
}
