import type { CredentialFinding } from "../credential/credentials.ts";
import type { Redacted } from "../credential/redacted.ts";

/** A mapping's credentials as its copies have to hold them. */
export type Origin =
  /** `dockerConfigJson` is the base64 text for a Secret's `data[".dockerconfigjson"]`. */
  | { readonly kind: "ready"; readonly dockerConfigJson: Redacted }
  /** No credential yet; the message names the place and the remedy. */
  | { readonly kind: "missing"; readonly message: string }
  /** Something that kubelet would choke on; it reaches no copy. */
  | { readonly kind: "broken"; readonly problems: readonly CredentialFinding[] };

/** Port to the origins of the mappings in force. */
export type Origins = {
  /** The origin of the mapping with this name; missing where the mapping is unknown. */
  of(mapping: string): Origin;
};
