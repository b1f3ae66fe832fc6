import type { Scope } from "../../../core/policy/namespace-rule.ts";
import type { Secret } from "../../../core/secret/secret.ts";
import { createSecretMap } from "../../../core/secret/secret-map.ts";
import type { SecretStore } from "../../../core/secret/secret-store.ts";
import { followPlaces, type Place, toPlaces } from "../watch/followed-places.ts";
import type { KubeObject } from "../watch/kube-object.ts";
import type { Collection } from "../watch/list-objects.ts";
import type { Reflector, StartReflector } from "../watch/reflector.ts";
import { type Signs, toCachedCopy, toOwnSecret } from "./cached-secret.ts";
import { isNewer } from "./newer.ts";
import type { SecretApi } from "./secret-api.ts";

export type KubeSecretStoreOptions = {
  readonly api: SecretApi;
  /** pullcred's own namespace, where the origins are. */
  readonly ownNamespace: string;
  readonly signs: Signs;
  readonly startReflector: StartReflector;
};

/** The Secrets of a cluster, of which only those with the names that it is told are followed and remembered. */
export type KubeSecretStore = SecretStore & {
  /** Follows the copies of these names, each in its scope, and the origins of these names in pullcred's own namespace. */
  follow(copies: ReadonlyMap<string, Scope>, origins: ReadonlySet<string>): void;
  reflectors(): readonly Reflector[];
  stop(): void;
};

type Followed = {
  readonly reflector: Reflector;
  /** The last version that it has told of. */
  readonly heard: () => string | undefined;
};

/** Nothing is followed until `follow`. */
export function createKubeSecretStore(options: KubeSecretStoreOptions): KubeSecretStore {
  const { api, ownNamespace, signs, startReflector } = options;
  const cache = createSecretMap();
  const followed = followPlaces(start);
  const listeners = new Set<(namespace: string, name: string) => void>();

  function read(object: KubeObject): Secret {
    const isOwn = object.metadata.namespace === ownNamespace;
    return isOwn ? toOwnSecret(object, signs) : toCachedCopy(object, signs);
  }

  function keep(secret: Secret): void {
    const { namespace, name, resourceVersion } = secret.metadata;
    const known = cache.get(namespace, name)?.metadata.resourceVersion;
    // Our own write may be known before the watch tells of what it replaced.
    if (known !== undefined && !isNewer(resourceVersion, known)) return;
    cache.set(secret);
    tell(namespace, name);
  }

  /**
   * Keeps what a request has told. Where nothing is in the cache and the watch has told of later things already, it has
   * told of the deletion as well, and will never tell of it again.
   */
  function keepAnswer(secret: Secret, { heard }: Followed): void {
    const { namespace, name, resourceVersion } = secret.metadata;
    if (cache.get(namespace, name) === undefined && !isNewer(resourceVersion, heard())) return;
    keep(secret);
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

  function start({ name, namespace }: Place): Followed {
    let heard: string | undefined;
    const path = namespace === undefined ? "/api/v1/secrets" : `/api/v1/namespaces/${namespace}/secrets`;
    const collection: Collection = { path, fieldSelector: `metadata.name=${name}` };
    const reflector = startReflector({
      collection,
      onList(items, version) {
        heard = version;
        const found = new Set(items.map(({ metadata }) => metadata.namespace));
        for (const { metadata } of cache.list(name)) {
          const isCovered = namespace === undefined || metadata.namespace === namespace;
          if (!isCovered || found.has(metadata.namespace)) continue;
          cache.delete(metadata.namespace, name);
          tell(metadata.namespace, name);
        }
        for (const item of items) keep(read(item));
      },
      onChange(object, isDeleted) {
        heard = object.metadata.resourceVersion;
        if (isDeleted) drop(read(object).metadata);
        else keep(read(object));
      },
    });
    return { reflector, heard: () => heard };
  }

  /** What follows the Secret, if what is not in the cache is not in the cluster. */
  function findSynced(namespace: string, name: string): Followed | undefined {
    const place = followed.find(name, namespace);
    return place?.reflector.isSynced() ? place : undefined;
  }

  async function look(namespace: string, name: string): Promise<Secret | undefined> {
    const object = await api.get(namespace, name);
    if (object === undefined) return undefined;
    const secret = read(object);
    const place = findSynced(namespace, name);
    if (place !== undefined) keepAnswer(secret, place);
    return secret;
  }

  return {
    follow(copies, origins) {
      const own = [...origins]
        .filter((name) => copies.get(name) !== "all")
        .map((name) => ({ name, namespace: ownNamespace }));
      followed.replace([...toPlaces(copies), ...own]);
      for (const { metadata } of cache.list()) {
        const { namespace, name } = metadata;
        if (followed.find(name, namespace) === undefined) cache.delete(namespace, name);
      }
    },
    peek: cache.get,
    async get(namespace, name) {
      return cache.get(namespace, name) ?? (findSynced(namespace, name) ? undefined : look(namespace, name));
    },
    look,
    async apply(secret, seen) {
      const written = read(await api.apply(secret, seen));
      const { namespace, name } = written.metadata;
      const place = followed.find(name, namespace);
      if (place !== undefined) keepAnswer(written, place);
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
    reflectors: () => followed.reflectors(),
    stop: () => followed.replace([]),
  };
}
