/**
 * Port to the copies that Pods have asked for and that do not stand yet, as `namespace/name`: one that waits for its
 * credential, say. Whoever keeps the copies right learns of them here, also after a restart and from other replicas.
 */
export type UnfinishedCopies = {
  has(key: string): boolean;
  add(key: string): void;
  remove(key: string): void;
  list(): readonly string[];
  /** Calls back with each key that is new. Returns the function that stops it. */
  watch(onAdd: (key: string) => void): () => void;
};

/** Remembers them for as long as the process runs. */
export function createUnfinishedCopies(): UnfinishedCopies {
  const keys = new Set<string>();
  const listeners = new Set<(key: string) => void>();
  return {
    has: (key) => keys.has(key),
    add(key) {
      if (keys.has(key)) return;
      keys.add(key);
      for (const listener of listeners) listener(key);
    },
    remove: (key) => void keys.delete(key),
    list: () => [...keys],
    watch(onAdd) {
      listeners.add(onAdd);
      return () => listeners.delete(onAdd);
    },
  };
}
