import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";

/** Whom connections to registries trust. */
export type RegistryTrust = SecureContext;

/** Trusts these CAs, PEM, beside those that Node trusts. To read all of them takes longer than many a review: keep it. */
export function trustAlso(ca: string): RegistryTrust {
  return createSecureContext({ ca: [...getCACertificates("default"), ca] });
}
