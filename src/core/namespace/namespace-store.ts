import type { Namespace } from "./namespace.ts";

/** Port to the namespaces of a cluster, or of the standalone double. */
export type NamespaceStore = {
  /** The namespace, or undefined where there is none. An adapter may answer from its watch cache. */
  get(name: string): Promise<Namespace | undefined>;
  list(): Promise<readonly Namespace[]>;
  /** Calls back with the name of every namespace that may have changed. Returns the function that stops it. */
  watch(onChange: (name: string) => void): () => void;
};
