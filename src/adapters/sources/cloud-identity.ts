/** As whom a cloud is asked. Port; each cloud has its own kinds. */
export type CloudIdentity<Keys> = {
  /** Keys that are good now. Rejects where the outcome is unknown, or the cloud refuses. */
  resolve(signal?: AbortSignal): Promise<ResolvedIdentity<Keys>>;
  /** Calls back whenever what was missing may be there. Returns the function that stops it. */
  watch(onChange: () => void): () => void;
};

/** Keys, or what there is to provide first. */
export type ResolvedIdentity<Keys> =
  /** `name` says whose they are, such as `the access key in Secret keys`. */
  | { readonly kind: "keys"; readonly keys: Keys; readonly name: string }
  | { readonly kind: "missing"; readonly message: string };
