/** Port to what API servers are told to trust when they call the webhook: the caBundle of its configuration. */
export type TrustedBundle = {
  /** What they are told now, PEM; undefined where that is not known, null where there is no such configuration. */
  current(): string | null | undefined;
  publish(bundle: string): Promise<void>;
  /** Calls back whenever `current` may have changed. Returns the function that stops it. */
  watch(onChange: () => void): () => void;
};
