import type { Redacted } from "./redacted.ts";

/** What kubelet sends to one registry. `email` is kept only because kubelet's hash of a credential covers it. */
export type RegistryCredential = {
  readonly username: string;
  readonly password: Redacted;
  readonly email?: string;
};

/** Credentials by the key that `auths` of a docker config.json has for them, in the order of the file. */
export type Credentials = ReadonlyMap<string, RegistryCredential>;

/** Something that a person should mend in a credential, although the rest of it is usable. Never holds a credential. */
export type CredentialFinding = {
  /** Where, for example `auths["https://index.docker.io/v1"]`. */
  readonly path: string;
  readonly message: string;
};

/** The outcome of reading credentials as kubelet will read them. */
export type DecodedCredentials =
  | { readonly ok: true; readonly credentials: Credentials; readonly findings: readonly CredentialFinding[] }
  | { readonly ok: false; readonly problems: readonly CredentialFinding[] };
