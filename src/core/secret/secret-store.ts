import type { Secret } from "./secret.ts";

/** Port to the Secrets of a cluster, or of the standalone double behind the same type. */
export type SecretStore = {
  /** What is known without asking: undefined also where the store would first have to look. */
  peek(namespace: string, name: string): Secret | undefined;
  /** The Secret, or undefined where there is none. An adapter may answer from its watch cache. */
  get(namespace: string, name: string): Promise<Secret | undefined>;
  /** The same, past every cache. */
  look(namespace: string, name: string): Promise<Secret | undefined>;
  /**
   * Writes a Secret in the place of `seen`, which a look found there; undefined where it found none. Rejects with a
   * `StoreError`, of code `Conflict` where something else stands there by now: then nothing has changed.
   */
  apply(secret: Secret, seen: Secret | undefined): Promise<void>;
  /** Deletes the Secret that was seen; one that is already gone is fine. Rejects with a `StoreError`. */
  delete(seen: Secret): Promise<void>;
  /** Every Secret that the store knows of, or every one of a name. */
  list(name?: string): readonly Secret[];
  /** Calls back with the coordinates of every Secret that may have changed. Returns the function that stops it. */
  watch(onChange: (namespace: string, name: string) => void): () => void;
};
