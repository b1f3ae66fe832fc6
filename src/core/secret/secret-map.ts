import type { Secret } from "./secret.ts";

/** Secrets by their coordinates. By name first, so that a look-up on the way of a review puts no key together. */
export type SecretMap = {
  get(namespace: string, name: string): Secret | undefined;
  set(secret: Secret): void;
  delete(namespace: string, name: string): void;
  /** All of them, or all of one name. */
  list(name?: string): readonly Secret[];
};

/** Starts empty. */
export function createSecretMap(): SecretMap {
  const byName = new Map<string, Map<string, Secret>>();
  return {
    get: (namespace, name) => byName.get(name)?.get(namespace),
    set(secret) {
      const { namespace, name } = secret.metadata;
      let places = byName.get(name);
      if (places === undefined) {
        places = new Map();
        byName.set(name, places);
      }
      places.set(namespace, secret);
    },
    delete(namespace, name) {
      const places = byName.get(name);
      places?.delete(namespace);
      if (places?.size === 0) byName.delete(name);
    },
    list(name) {
      if (name !== undefined) return [...(byName.get(name)?.values() ?? [])];
      return [...byName.values()].flatMap((places) => [...places.values()]);
    },
  };
}
