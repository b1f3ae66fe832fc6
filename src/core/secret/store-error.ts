/** Why a store could not write. */
export const StoreErrorCode = {
  /** The namespace is on its way out: normal, and nothing to log. */
  NamespaceTerminating: "NamespaceTerminating",
  /** Anything else; it may work when tried again. */
  Unavailable: "Unavailable",
} as const;

export type StoreErrorCode = (typeof StoreErrorCode)[keyof typeof StoreErrorCode];

/** The rejection of a `SecretStore`. Its message never holds a credential. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
  }
}
