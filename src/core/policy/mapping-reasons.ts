import type { Mapping } from "../config/compile.ts";
import type { Decision } from "./decide.ts";
import { Reason } from "./reason.ts";

/** The reasons that speak of one mapping; the others speak of the Pod or of the request. */
export const MAPPING_REASONS = [
  Reason.Injected,
  Reason.AlreadyPresent,
  Reason.SecretNotMountable,
  Reason.NamespaceExcluded,
  Reason.NamespaceUnknown,
] as const;

export type MappingReason = (typeof MAPPING_REASONS)[number];

/**
 * Says of each mapping that a Pod concerns what became of it: `wanted` is the decision by the config, and `kept` what the
 * ServiceAccount left of that. It calls instead of making a list, because it runs on every review.
 */
export function visitMappingReasons(
  wanted: Decision,
  kept: Decision,
  visit: (mapping: Mapping, reason: MappingReason) => void,
): void {
  // All of these are in config order, and `missing` and what is kept are parts of what is needed.
  let keptBefore = 0;
  let missingBefore = 0;
  for (const mapping of wanted.needed) {
    if (kept.needed[keptBefore] !== mapping) {
      visit(mapping, Reason.SecretNotMountable);
      continue;
    }
    keptBefore++;
    if (kept.missing[missingBefore] === mapping.secretName) {
      missingBefore++;
      visit(mapping, Reason.Injected);
    } else visit(mapping, Reason.AlreadyPresent);
  }
  for (const mapping of wanted.excluded) visit(mapping, Reason.NamespaceExcluded);
  for (const mapping of wanted.undecided) visit(mapping, Reason.NamespaceUnknown);
}
