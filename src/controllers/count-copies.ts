import type { StandingCopies } from "../adapters/observability/metrics.ts";
import type { CompiledConfig } from "../core/config/compile.ts";
import { isManaged } from "../core/copy/copy.ts";
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
      const { namespace } = secret.metadata;
      if (namespace === ownNamespace) continue;
      if (!isManaged(secret)) counts.foreign += 1;
      else if (writer.isKnownCurrent(mapping, namespace)) counts.current += 1;
      else counts.stale += 1;
    }
    return STATES.map((state) => ({ registry: mapping.name, state, count: counts[state] }));
  });
}
