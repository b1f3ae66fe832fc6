/** What of a certificate matters for its renewal. Times in milliseconds since the epoch. */
export type Validity = { readonly notBefore: number; readonly notAfter: number };

/** A certificate authority that clients are told to trust; PEM. */
export type Authority = Validity & { readonly certificate: string };

/** A certificate that the webhook serves with. */
export type Serving = Validity & {
  readonly certificate: string;
  readonly key: string;
  /** The DNS names that it is for. */
  readonly hosts: readonly string[];
  /** The certificate of the trusted authority that signed it; null where none of them did. */
  readonly issuer: string | null;
};

/** What pullcred's own certificate Secret holds, as far as it can be used. */
export type CertificateState = {
  /** Newest first. Only the first one signs. */
  readonly authorities: readonly Authority[];
  /** The private key of the first authority, PEM; null where it is missing or another one's. */
  readonly authorityKey: string | null;
  readonly serving: Serving | null;
};

/** The state where there is no Secret yet. */
export const noCertificates: CertificateState = { authorities: [], authorityKey: null, serving: null };
