import type { Authority, CertificateState, Validity } from "./certificate-state.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** How long what pullcred makes is valid. A serving certificate is renewed long before its authority could end. */
export const AUTHORITY_LIFETIME_MS = 2 * 365 * DAY_MS;
export const SERVING_LIFETIME_MS = 90 * DAY_MS;
/**
 * How long a new authority is trusted before anything that it signed is served: every API server, also one whose webhook
 * configuration somebody has set back meanwhile, must have heard of it by then.
 */
export const OVERLAP_MS = DAY_MS;

/** What has to be made, and when to look again (milliseconds since the epoch). */
export type CertificatePlan = {
  readonly newAuthority: boolean;
  readonly newServing: boolean;
  readonly due: number;
};

/**
 * Decides what to renew.
 *
 * | authority          | serving certificate                         | plan                                  |
 * |--------------------|---------------------------------------------|---------------------------------------|
 * | none, or aged      | usable                                      | new authority; serve as before        |
 * | none, or aged      | none, aged, of other names, or not trusted  | both at once                          |
 * | newer than overlap | usable, of the authority before             | nothing until the overlap is over     |
 * | older than overlap | of the authority before                     | new serving certificate               |
 * | fine               | none, aged, of other names, or not trusted  | new serving certificate               |
 * | fine               | fine                                        | nothing until one of them is aged     |
 */
export function planCertificates(
  state: CertificateState,
  hosts: readonly string[],
  now: number,
): CertificatePlan {
  const [authority] = state.authorities;
  const canSign = authority !== undefined && state.authorityKey !== null && isFresh(authority, now);
  const isUsable = isServingUsable(state, hosts, now);
  if (!canSign) return { newAuthority: true, newServing: !isUsable, due: now };
  const { serving } = state;
  if (serving === null || !isUsable) return { newAuthority: false, newServing: true, due: now };
  if (serving.issuer === authority.certificate) {
    return { newAuthority: false, newServing: false, due: Math.min(agedAt(authority), agedAt(serving)) };
  }
  const changeover = authority.notBefore + OVERLAP_MS;
  return { newAuthority: false, newServing: now >= changeover, due: Math.min(changeover, agedAt(serving)) };
}

/** The authorities that are still worth trusting: an expired one has signed nothing that is served. */
export function trustedAuthorities(state: CertificateState, now: number): readonly Authority[] {
  return state.authorities.filter(({ notAfter }) => now < notAfter);
}

function isServingUsable(
  { authorities, serving }: CertificateState,
  hosts: readonly string[],
  now: number,
): boolean {
  if (serving === null || !isFresh(serving, now)) return false;
  const issuer = authorities.find(({ certificate }) => certificate === serving.issuer);
  return issuer !== undefined && isValid(issuer, now) && hosts.every((host) => serving.hosts.includes(host));
}

function isFresh(validity: Validity, now: number): boolean {
  return isValid(validity, now) && now < agedAt(validity);
}

function isValid({ notBefore, notAfter }: Validity, now: number): boolean {
  return notBefore <= now && now < notAfter;
}

/** A third of the lifetime is left for whatever keeps the renewal from happening. */
function agedAt({ notBefore, notAfter }: Validity): number {
  return notBefore + ((notAfter - notBefore) * 2) / 3;
}
