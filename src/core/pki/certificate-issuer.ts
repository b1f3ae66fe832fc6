import type { CertificateState } from "./certificate-state.ts";
import type { CertificatePlan } from "./plan-certificates.ts";

/** Port to what makes keys and signs certificates. */
export type CertificateIssuer = {
  /** Makes what the plan says, for these DNS names; the rest of the state stays. Times in milliseconds since the epoch. */
  renew(
    state: CertificateState,
    plan: Pick<CertificatePlan, "newAuthority" | "newServing">,
    hosts: readonly string[],
    now: number,
  ): Promise<CertificateState>;
};
