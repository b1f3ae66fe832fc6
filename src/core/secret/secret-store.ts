import type { Secret } from "./secret.ts";

/** Port to the Secrets of a cluster, or of the standalone double behind the same type. */
export type SecretStore = {
  /** What is known without asking: undefined also where the store would first have to look. */
  peek(namespace: string, name: string): Secret | undefined;
  /** The Secret, or undefined where there is none. An adapter may answer from its watch cache. */
  get(namespace: string, name: string): Promise<Secret | undefined>;
  /** Creates the Secret, or replaces one that pullcred manages. Rejects with a `StoreError`. */
  apply(secret: Secret): Promise<void>;
  /** Deletes the Secret; one that is already gone is fine. Rejects with a `StoreError`. */
  delete(namespace: string, name: string): Promise<void>;
  /** Every Secret that carries pullcred's managed-by label. */
  listManaged(): Promise<readonly Secret[]>;
  /** Calls back with the coordinates of every Secret that may have changed. Returns the function that stops it. */
  watch(onChange: (namespace: string, name: string) => void): () => void;
};
