/** Every error that pullcred itself raises, by what the person at the command line has to look at. */
export const ErrorCode = {
  /** A file could not be read. */
  FileUnreadable: "FileUnreadable",
  /** The configuration has issues. */
  ConfigInvalid: "ConfigInvalid",
  /** A manifest cannot be changed. */
  ManifestInvalid: "ManifestInvalid",
  /** TLS cannot serve with the certificate and key. */
  CertificateUnusable: "CertificateUnusable",
  /** An option or argument of a command is off. */
  WrongUse: "WrongUse",
  /** There is no way to the API server. */
  ClusterUnreachable: "ClusterUnreachable",
  /** An address could not be listened on. */
  ListenFailed: "ListenFailed",
  /** A source did not answer, or refused to give a credential. */
  SourceFailed: "SourceFailed",
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** An error that names the place and the remedy, and holds no credential. Its message is for people. */
export class PullcredError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PullcredError";
    this.code = code;
  }
}
