import type { Namespace } from "../../core/namespace/namespace.ts";
import type { NamespaceStore } from "../../core/namespace/namespace-store.ts";
import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { toNamespace } from "./to-namespace.ts";
import { toKubeObject } from "./watch/kube-object.ts";
import { acceptOf } from "./watch/list-objects.ts";
import type { Reflector, StartReflector } from "./watch/reflector.ts";

export type KubeNamespaceStoreOptions = {
  readonly client: KubeClient;
  readonly startReflector: StartReflector;
};

/** The namespaces of a cluster. */
export type KubeNamespaceStore = NamespaceStore & { readonly reflector: Reflector };

const PATH = "/api/v1/namespaces";

/** Follows the metadata of every namespace. One that was made a moment ago is asked for. */
export function createKubeNamespaceStore(options: KubeNamespaceStoreOptions): KubeNamespaceStore {
  const { client, startReflector } = options;
  const namespaces = new Map<string, Namespace>();
  const listeners = new Set<(name: string) => void>();
  const collection = { path: PATH, metadataOnly: true };

  function keep(namespace: Namespace): void {
    namespaces.set(namespace.name, namespace);
    for (const listener of listeners) listener(namespace.name);
  }

  function drop(name: string): void {
    namespaces.delete(name);
    for (const listener of listeners) listener(name);
  }

  const reflector = startReflector({
    collection,
    onList(items) {
      const found = new Set(items.map(({ metadata }) => metadata.name));
      for (const name of namespaces.keys()) if (!found.has(name)) drop(name);
      for (const item of items) keep(toNamespace(item));
    },
    onChange: (object, isDeleted) => (isDeleted ? drop(object.metadata.name) : keep(toNamespace(object))),
  });

  return {
    reflector,
    peek: (name) => namespaces.get(name),
    async get(name) {
      const known = namespaces.get(name);
      if (known !== undefined) return known;
      const accept = acceptOf(collection, "PartialObjectMetadata");
      try {
        const { body } = await client.send({
          method: "GET",
          path: `${PATH}/${encodeURIComponent(name)}`,
          accept,
        });
        return toNamespace(toKubeObject(body));
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
    list: () => [...namespaces.values()],
    watch(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}
