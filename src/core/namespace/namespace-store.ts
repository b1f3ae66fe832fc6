import type { Namespace } from "./namespace.ts";

/** Port to the namespaces of a cluster, or of the standalone double. */
export type NamespaceStore = {
  /** What is known without asking: undefined also where the store would first have to look. */
  peek(name: string): Namespace | undefined;
  /** The namespace, or undefined where there is none. An adapter may answer from its watch cache. */
  get(name: string): Promise<Namespace | undefined>;
  /** Every namespace that the store knows of. */
  list(): readonly Namespace[];
  /** Calls back with the name of every namespace that may have changed. Returns the function that stops it. */
  watch(onChange: (name: string) => void): () => void;
};
