import type { CertificateIssuer } from "../../core/pki/certificate-issuer.ts";
import { AUTHORITY_LIFETIME_MS, SERVING_LIFETIME_MS } from "../../core/pki/plan-certificates.ts";
import { readCertificates } from "./certificate-secret.ts";

/** Makes certificates in this process. What signs them is loaded when there is something to sign, months apart. */
export const certificateIssuer: CertificateIssuer = {
  async renew(state, { newAuthority, newServing }, hosts, now) {
    const { makeAuthority, signServing } = await import("./authority.ts");
    let authorities = state.authorities.map(({ certificate }) => certificate);
    let authorityKey = state.authorityKey ?? "";
    let serving = state.serving ?? { certificate: "", key: "" };
    if (newAuthority) {
      const made = await makeAuthority({ now, lifetimeMs: AUTHORITY_LIFETIME_MS });
      authorities = [made.certificate, ...authorities];
      authorityKey = made.key;
    }
    const [certificate = ""] = authorities;
    if (newServing) {
      const authority = { certificate, key: authorityKey };
      serving = await signServing(authority, hosts, { now, lifetimeMs: SERVING_LIFETIME_MS });
    }
    return readCertificates({ authorities, authorityKey, ...serving });
  },
};
