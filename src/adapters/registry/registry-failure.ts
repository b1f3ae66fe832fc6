/** Why nothing was learned of a registry. Its message names the host and the remedy, and nothing that was sent. */
export class RegistryFailure extends Error {
  override readonly name = "RegistryFailure";
  /** Whether what answered does not speak TLS. */
  readonly isPlain: boolean;

  constructor(message: string, options: ErrorOptions & { readonly isPlain?: boolean } = {}) {
    super(message, options);
    this.isPlain = options.isPlain ?? false;
  }

  /** For what Node says when there is no answer. Its own message may quote an address or a header. */
  static of({ host }: URL, cause: unknown): RegistryFailure {
    const code = codeOf(cause);
    const isPlain = NOT_TLS.test(code);
    return new RegistryFailure(`could not reach ${host}: ${explain(code)}`, { cause, isPlain });
  }
}

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

function explain(code: string): string {
  if (UNTRUSTED.has(code)) return "its certificate is not trusted: give its CA with --ca-file";
  if (NOT_TLS.test(code)) return "it does not speak TLS";
  return EXPLANATIONS[code] ?? code;
}

/** An error of several connection attempts holds theirs. */
function codeOf(cause: unknown): string {
  const { code, errors } = cause as { readonly code?: unknown; readonly errors?: readonly unknown[] };
  if (typeof code === "string" && /^\w+$/.test(code)) return code;
  return errors?.length ? codeOf(errors[0]) : "the connection failed";
}
