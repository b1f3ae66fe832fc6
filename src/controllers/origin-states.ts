import type { MappingOrigin } from "../adapters/observability/metrics.ts";
import { isManaged } from "../core/copy/copy.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";
import type { OriginState } from "../core/status/status-report.ts";
import type { OriginKeeper, SourceTemplate } from "./origin-keeper.ts";

/** Where it can be seen how origins are. */
export type OriginSight = {
  readonly origins: Pick<OriginKeeper, "of" | "troubleOf">;
  readonly secrets: Pick<SecretStore, "peek">;
  readonly ownNamespace: string;
};

/** How the origin of each mapping is. */
export function listOriginStates(
  mappings: readonly SourceTemplate[],
  sight: OriginSight,
): readonly MappingOrigin[] {
  return mappings.map((mapping) => ({ registry: mapping.name, state: originStateOf(mapping, sight) }));
}

/** How a mapping's origin is; `foreign` only where copies can be made of it: else why they cannot comes first. */
export function originStateOf(mapping: SourceTemplate, sight: OriginSight): OriginState {
  const { origins, secrets, ownNamespace } = sight;
  const { name, secretName, credentials } = mapping;
  const origin = origins.of(name);
  if (origin.kind !== "ready") return origin.kind;
  // What `secretRef` names is of other hand by design.
  const present = "secretRef" in credentials ? undefined : secrets.peek(ownNamespace, secretName);
  if (present !== undefined && !isManaged(present)) return "foreign";
  return origins.troubleOf(name) === undefined ? "current" : "kept";
}
