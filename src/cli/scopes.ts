import type { Mapping } from "../core/config/compile.ts";
import { neededSecrets } from "../core/config/needed-secrets.ts";
import type { Scope } from "../core/policy/namespace-rule.ts";

/** Where there are rights to the mappings' copies, and where there are roles, both by the copies' names. */
export type Scopes = {
  readonly copies: ReadonlyMap<string, Scope>;
  readonly roles: ReadonlyMap<string, Scope>;
};

/** With a ClusterRole for each mapping, whatever namespaces it is for. */
export function wholeScopes(mappings: readonly Mapping[]): Scopes {
  return toScopes(mappings, () => "all");
}

/**
 * With a Role in each namespace that a mapping names, and a ClusterRole only where a glob may include any. pullcred's own
 * namespace never has a copy, but it has the origin that the leader writes, which belongs to a Role as well.
 */
export function namedScopes(mappings: readonly Mapping[], ownNamespace: string): Scopes {
  return toScopes(mappings, ({ namespaces: { scope }, credentials }, what) => {
    if (scope === "all") return scope;
    const isOwn = what === "roles" && !("secretRef" in credentials);
    const others = [...scope].filter((namespace) => namespace !== ownNamespace);
    return new Set(isOwn ? [...others, ownNamespace] : others);
  });
}

/** Where a mapping's credential is: the Secret of its secretRef, else the one that the leader writes. */
export function originName({ credentials, secretName }: Mapping): string {
  return "secretRef" in credentials ? credentials.secretRef.name : secretName;
}

/** The Secrets of pullcred's own namespace that a mapping depends on: its origin, and the keys to ask a cloud for it. */
export function ownSecrets(mapping: Mapping): readonly string[] {
  return [originName(mapping), ...neededSecrets(mapping.credentials)];
}

function toScopes(
  mappings: readonly Mapping[],
  scopeOf: (mapping: Mapping, what: keyof Scopes) => Scope,
): Scopes {
  const scopesOf = (what: keyof Scopes): ReadonlyMap<string, Scope> =>
    new Map(mappings.map((mapping) => [mapping.secretName, scopeOf(mapping, what)]));
  return { copies: scopesOf("copies"), roles: scopesOf("roles") };
}
