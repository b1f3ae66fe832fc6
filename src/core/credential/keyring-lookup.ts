import { type MatchPattern, matchesPattern, parseMatchPattern } from "../match/match-pattern.ts";
import type { Credentials, RegistryCredential } from "./credentials.ts";
import { keyringKey } from "./keyring.ts";

/** A credential that kubelet tries, and whose it is. */
export type KeyringEntry<Owner> = {
  readonly owner: Owner;
  /** The key of `auths` as it is written. */
  readonly server: string;
  readonly credential: RegistryCredential;
};

/** The pull secrets of a Pod as kubelet keeps them. */
export type Keyring<Owner> = {
  /** The credentials for a repository such as `docker.io/library/nginx`, in the order in which kubelet tries them. */
  lookUp(repository: string): readonly KeyringEntry<Owner>[];
  /** Those for any repository of a registry, whatever path their keys have. */
  lookUpHost(registry: string): readonly KeyringEntry<Owner>[];
};

/** The key whose credential kubelet offers for Docker Hub where no other key matches. */
const DEFAULT_REGISTRY = "index.docker.io";

type Slot<Owner> = { readonly pattern: MatchPattern | null; readonly entries: KeyringEntry<Owner>[] };

/**
 * Makes the keyring of a Pod's pull secrets in the order of its `imagePullSecrets`: BasicDockerKeyring of
 * k8s.io/kubernetes, pkg/credentialprovider/keyring.go. The keys of all Secrets are compared in reverse order of their
 * bytes, so that a longer path comes first whichever Secret has it; only under one key does the order of the Secrets count.
 */
export function createKeyring<Owner>(
  secrets: readonly { readonly owner: Owner; readonly credentials: Credentials }[],
): Keyring<Owner> {
  const slots = new Map<string, Slot<Owner>>();
  for (const { owner, credentials } of secrets) {
    for (const [server, credential] of credentials) {
      const key = keyringKey(server);
      if (key === null) continue;
      const slot = slots.get(key) ?? { pattern: toPattern(key), entries: [] };
      slot.entries.push({ owner, server, credential });
      slots.set(key, slot);
    }
  }
  const ordered = [...slots].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, slot]) => slot);

  function find(repository: string, ignorePath: boolean): readonly KeyringEntry<Owner>[] {
    const found = ordered.flatMap(({ pattern, entries }) => {
      if (pattern === null) return [];
      const wanted = ignorePath ? { ...pattern, path: "" } : pattern;
      return matchesPattern(wanted, repository) ? entries : [];
    });
    if (found.length > 0 || !isOfDefaultRegistry(repository)) return found;
    return slots.get(DEFAULT_REGISTRY)?.entries ?? [];
  }

  return {
    lookUp: (repository) => find(repository, false),
    lookUpHost: (registry) => find(`${registry}/any`, true),
  };
}

/** Of an image, other than of a key, `index.docker.io` is read as `docker.io`, so that the two never meet. */
function toPattern(key: string): MatchPattern | null {
  if (key === DEFAULT_REGISTRY || key.startsWith(`${DEFAULT_REGISTRY}/`)) return null;
  const parsed = parseMatchPattern(key);
  return parsed.ok ? parsed.pattern : null;
}

// isDefaultRegistryMatch of kubelet: docker.io, and every host without a dot and a port, even localhost.
function isOfDefaultRegistry(repository: string): boolean {
  const [host = "", ...rest] = repository.split("/");
  if (host === "") return false;
  return rest.length === 0 || host === "docker.io" || !/[.:]/.test(host);
}
