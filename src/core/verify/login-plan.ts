import type { Mapping } from "../config/compile.ts";
import { hasWildcard } from "../config/glob-tokens.ts";
import type { Credentials } from "../credential/credentials.ts";
import { keyringKey } from "../credential/keyring.ts";
import { createKeyring, type KeyringEntry } from "../credential/keyring-lookup.ts";
import { type MatchPattern, matchesPattern, parseMatchPattern } from "../match/match-pattern.ts";

/** A registry at which a mapping's credential can be tried without an image. */
export type Login = { readonly registry: string; readonly entries: readonly KeyringEntry<Mapping>[] };

/**
 * The registries that a mapping is for: those that its patterns name, and where a pattern has a wildcard, those of the
 * credential's keys that it covers. A mapping with wildcards only may have none, because nobody knows which there are.
 */
export function planLogins(mapping: Mapping, credentials: Credentials): readonly Login[] {
  const known = [...credentials.keys()].flatMap((server) => {
    const key = keyringKey(server);
    const parsed = key === null ? null : parseMatchPattern(key);
    return parsed?.ok ? registryOf(parsed.pattern) : [];
  });
  const registries = mapping.patterns.flatMap((pattern) => {
    const named = registryOf(pattern);
    if (named.length > 0) return named;
    return known.filter((registry) => matchesPattern({ ...pattern, path: "" }, `${registry}/any`));
  });
  const keyring = createKeyring([{ owner: mapping, credentials }]);
  return [...new Set(registries)].map((registry) => ({ registry, entries: keyring.lookUpHost(registry) }));
}

/** What is tried, as a text: the same where the same keys are tried at the same registries. */
export function describePlan(logins: readonly Login[]): string {
  return JSON.stringify(
    logins.map(({ registry, entries }) => [registry, ...entries.map(({ server }) => server)]),
  );
}

/** The one registry of a pattern, as image references name it; none where it has a wildcard. */
function registryOf({ labels, port }: MatchPattern): readonly string[] {
  if (labels.some(hasWildcard)) return [];
  const host = labels.join(".");
  const name = port !== "" && host.includes(":") ? `[${host}]` : host;
  return [port === "" ? name : `${name}:${port}`];
}
