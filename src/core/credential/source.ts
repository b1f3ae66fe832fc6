import type { CredentialFinding, Credentials } from "./credentials.ts";

/** What one reading of a source came to. A message names the place and the remedy, never a credential. */
export type SourceResult =
  | {
      readonly kind: "credentials";
      readonly credentials: Credentials;
      readonly findings: readonly CredentialFinding[];
      /**
       * When they cease to be good, in milliseconds since the epoch by this machine's clock; absent where they never do, or
       * nobody can tell.
       */
      readonly expiresAt?: number;
    }
  /** There is nothing yet, which mends itself once somebody provides it. */
  | { readonly kind: "missing"; readonly message: string }
  /** There is something that kubelet would choke on; it must not reach a copy. */
  | { readonly kind: "broken"; readonly problems: readonly CredentialFinding[] };

/** Where a mapping's credentials come from. Port; the adapters are in src/adapters/sources. */
export type CredentialSource = {
  /**
   * Reads the source anew. Rejects only where the outcome is unknown (I/O failed), and is then tried again; and where the
   * signal is aborted, which ends whatever the reading has started.
   */
  read(signal?: AbortSignal): Promise<SourceResult>;
  /** Calls back whenever another `read` may come to something else. Returns the function that stops it. */
  watch(onChange: () => void): () => void;
};
