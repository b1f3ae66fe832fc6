import type { MountableSecrets } from "../service-account/mountable-secrets.ts";
import type { Decision } from "./decide.ts";
import { Reason } from "./reason.ts";

/** A decision, and what had to be left out of it. */
export type MountableDecision = {
  readonly decision: Decision;
  /** The names of the pull secrets that the ServiceAccount keeps its Pods from naming. */
  readonly forbidden: readonly string[];
};

/** Takes out of a decision what would make the API server refuse the Pod. */
export function keepMountable(decision: Decision, mountable: MountableSecrets): MountableDecision {
  if (mountable === "any") return { decision, forbidden: [] };
  const forbidden = decision.missing.filter((name) => !mountable.has(name));
  if (forbidden.length === 0) return { decision, forbidden };
  const needed = decision.needed.filter(({ secretName }) => !forbidden.includes(secretName));
  const missing = decision.missing.filter((name) => mountable.has(name));
  return {
    decision: { ...decision, reason: reasonFor(needed.length, missing.length), needed, missing },
    forbidden,
  };
}

function reasonFor(needed: number, missing: number): Reason {
  if (missing > 0) return Reason.Injected;
  return needed > 0 ? Reason.AlreadyPresent : Reason.SecretNotMountable;
}
