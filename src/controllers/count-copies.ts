import type { StandingCopies } from "../adapters/observability/metrics.ts";
import type { CompiledConfig, Mapping } from "../core/config/compile.ts";
import { isManaged } from "../core/copy/copy.ts";
import type { Secret } from "../core/secret/secret.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";
import type { CopyWriter } from "./copy-writer.ts";

const STATES = ["current", "stale", "foreign"] as const;

/** Counts what stands under the mappings' names, outside of pullcred's own namespace. */
export function countCopies(
  { mappings }: CompiledConfig,
  secrets: SecretStore,
  writer: CopyWriter,
  ownNamespace: string,
): readonly StandingCopies[] {
  return mappings.flatMap((mapping) => {
    const counts = { current: 0, stale: 0, foreign: 0 };
    for (const secret of secrets.list(mapping.secretName)) {
      if (secret.metadata.namespace === ownNamespace) continue;
      counts[stateOf(secret, mapping, writer)] += 1;
    }
    return STATES.map((state) => ({ registry: mapping.name, state, count: counts[state] }));
  });
}

/** What a Secret with the mapping's name is. */
export function stateOf(secret: Secret, mapping: Mapping, writer: CopyWriter): (typeof STATES)[number] {
  if (!isManaged(secret)) return "foreign";
  return writer.isKnownCurrent(mapping, secret.metadata.namespace) ? "current" : "stale";
}
