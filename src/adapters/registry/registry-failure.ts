import { explainUnreachable } from "../http/explain-unreachable.ts";

type FailureOptions = ErrorOptions & { readonly isPlain?: boolean; readonly isClosed?: boolean };

/** Why nothing was learned of a registry. Its message names the host and the remedy, and nothing that was sent. */
export class RegistryFailure extends Error {
  override readonly name = "RegistryFailure";
  /** Whether what answered does not speak TLS. */
  readonly isPlain: boolean;
  /** Whether nobody listens there. */
  readonly isClosed: boolean;

  constructor(message: string, options: FailureOptions = {}) {
    super(message, options);
    this.isPlain = options.isPlain ?? false;
    this.isClosed = options.isClosed ?? false;
  }

  /** For what Node says when there is no answer; with what helps where a certificate is not trusted. */
  static of({ host }: URL, cause: unknown, howToTrust: string): RegistryFailure {
    const { why, ...kind } = explainUnreachable(cause, howToTrust);
    return new RegistryFailure(`could not reach ${host}: ${why}`, { cause, ...kind });
  }
}
