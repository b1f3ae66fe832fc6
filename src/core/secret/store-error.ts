/** Why a store could not write. */
export const StoreErrorCode = {
  /** The namespace is on its way out, or gone: normal, and nothing to log. */
  NamespaceTerminating: "NamespaceTerminating",
  /** Something else stands there than what was seen: look again. */
  Conflict: "Conflict",
  /** There is no right to it. */
  Forbidden: "Forbidden",
  /** Anything else; it may work when tried again. */
  Unavailable: "Unavailable",
} as const;

export type StoreErrorCode = (typeof StoreErrorCode)[keyof typeof StoreErrorCode];

type StoreErrorOptions = ErrorOptions & { readonly retryAfter?: number | undefined };

/** The rejection of a `SecretStore`. Its message never holds a credential. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** How long the store asked to be left alone, in milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(code: StoreErrorCode, message: string, options?: StoreErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
    this.retryAfter = options?.retryAfter;
  }
}

/** Whether it is a store's rejection with this code. */
export function hasStoreCode(error: unknown, code: StoreErrorCode): boolean {
  return error instanceof StoreError && error.code === code;
}
