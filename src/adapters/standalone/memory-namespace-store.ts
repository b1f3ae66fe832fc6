import { bareNamespace, type Namespace } from "../../core/namespace/namespace.ts";
import type { NamespaceStore } from "../../core/namespace/namespace-store.ts";

/** A `NamespaceStore` whose content others load. */
export type MemoryNamespaceStore = NamespaceStore & {
  /** Takes what was found outside as the truth: undefined where nothing is known of the namespace any more. */
  load(name: string, namespace: Namespace | undefined): void;
};

/** Keeps namespaces in memory. Every name exists: one of which nothing is known has no labels of its own. */
export function createMemoryNamespaceStore(): MemoryNamespaceStore {
  const namespaces = new Map<string, Namespace>();
  const listeners = new Set<(name: string) => void>();
  const peek = (name: string): Namespace => namespaces.get(name) ?? bareNamespace(name);
  return {
    load(name, namespace) {
      if (namespace === undefined) namespaces.delete(name);
      else namespaces.set(name, namespace);
      for (const listener of listeners) listener(name);
    },
    peek,
    get: async (name) => peek(name),
    list: () => [...namespaces.values()],
    watch(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}
