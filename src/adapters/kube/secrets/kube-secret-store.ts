import type { Secret } from "../../../core/secret/secret.ts";
import { createSecretMap } from "../../../core/secret/secret-map.ts";
import type { SecretStore } from "../../../core/secret/secret-store.ts";
import type { KubeObject } from "../watch/kube-object.ts";
import type { Collection } from "../watch/list-objects.ts";
import type { Reflector, StartReflector } from "../watch/reflector.ts";
import { toCachedCopy, toSecret } from "./cached-secret.ts";
import { isNewer } from "./newer.ts";
import type { SecretApi } from "./secret-api.ts";

export type KubeSecretStoreOptions = {
  readonly api: SecretApi;
  /** pullcred's own namespace, where the origins are. */
  readonly ownNamespace: string;
  readonly startReflector: StartReflector;
};

/** The Secrets of a cluster, of which only those with the names that it is told are followed and remembered. */
export type KubeSecretStore = SecretStore & {
  /** Follows the copies of these names in every namespace, and the origins of these names in pullcred's own. */
  follow(copies: ReadonlySet<string>, origins: ReadonlySet<string>): void;
  reflectors(): readonly Reflector[];
  stop(): void;
};

/** Nothing is followed until `follow`. */
export function createKubeSecretStore(options: KubeSecretStoreOptions): KubeSecretStore {
  const { api, ownNamespace, startReflector } = options;
  const cache = createSecretMap();
  const copies = new Map<string, Reflector>();
  const origins = new Map<string, Reflector>();
  const listeners = new Set<(namespace: string, name: string) => void>();

  function read(object: KubeObject): Secret {
    return object.metadata.namespace === ownNamespace ? toSecret(object) : toCachedCopy(object);
  }

  function keep(secret: Secret): void {
    const { namespace, name, resourceVersion } = secret.metadata;
    const known = cache.get(namespace, name)?.metadata.resourceVersion;
    // Our own write may be known before the watch tells of what it replaced.
    if (known !== undefined && !isNewer(resourceVersion, known)) return;
    cache.set(secret);
    tell(namespace, name);
  }

  function drop({ namespace, name, resourceVersion }: Secret["metadata"]): void {
    const known = cache.get(namespace, name);
    if (known === undefined || !isNewer(resourceVersion, known.metadata.resourceVersion)) return;
    cache.delete(namespace, name);
    tell(namespace, name);
  }

  function tell(namespace: string, name: string): void {
    for (const listener of listeners) listener(namespace, name);
  }

  function start(name: string, namespace?: string): Reflector {
    const path = namespace === undefined ? "/api/v1/secrets" : `/api/v1/namespaces/${namespace}/secrets`;
    const collection: Collection = { path, fieldSelector: `metadata.name=${name}` };
    return startReflector({
      collection,
      onList(items) {
        const found = new Set(items.map(({ metadata }) => metadata.namespace));
        for (const { metadata } of cache.list(name)) {
          const isCovered = namespace === undefined || metadata.namespace === namespace;
          if (!isCovered || found.has(metadata.namespace)) continue;
          cache.delete(metadata.namespace, name);
          tell(metadata.namespace, name);
        }
        for (const item of items) keep(read(item));
      },
      onChange: (object, isDeleted) => (isDeleted ? drop(read(object).metadata) : keep(read(object))),
    });
  }

  function replace(running: Map<string, Reflector>, names: ReadonlySet<string>, namespace?: string): void {
    for (const [name, reflector] of running) {
      if (names.has(name)) continue;
      reflector.stop();
      running.delete(name);
    }
    for (const name of names) if (!running.has(name)) running.set(name, start(name, namespace));
  }

  /** Whether what is not in the cache is not in the cluster. */
  function isFollowed(namespace: string, name: string): boolean {
    if (copies.get(name)?.isSynced()) return true;
    return namespace === ownNamespace && (origins.get(name)?.isSynced() ?? false);
  }

  async function look(namespace: string, name: string): Promise<Secret | undefined> {
    const object = await api.get(namespace, name);
    if (object !== undefined) {
      const secret = read(object);
      if (isFollowed(namespace, name)) keep(secret);
      return secret;
    }
    return undefined;
  }

  return {
    follow(copyNames, originNames) {
      replace(copies, copyNames);
      replace(origins, new Set([...originNames].filter((name) => !copyNames.has(name))), ownNamespace);
      for (const { metadata } of cache.list()) {
        const isNeeded = copyNames.has(metadata.name) || originNames.has(metadata.name);
        if (!isNeeded) cache.delete(metadata.namespace, metadata.name);
      }
    },
    peek: cache.get,
    async get(namespace, name) {
      return cache.get(namespace, name) ?? (isFollowed(namespace, name) ? undefined : look(namespace, name));
    },
    look,
    async apply(secret, seen) {
      const written = read(await api.apply(secret, seen));
      if (copies.has(written.metadata.name)) keep(written);
    },
    async delete(seen) {
      await api.delete(seen);
      const { namespace, name, uid } = seen.metadata;
      // The watch may know of another one that has taken the name already.
      if (cache.get(namespace, name)?.metadata.uid === uid) cache.delete(namespace, name);
    },
    list: cache.list,
    watch(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    reflectors: () => [...copies.values(), ...origins.values()],
    stop() {
      replace(copies, new Set());
      replace(origins, new Set());
    },
  };
}
