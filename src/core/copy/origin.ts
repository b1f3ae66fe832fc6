import type { CredentialFinding, Credentials } from "../credential/credentials.ts";
import { decodeDockerConfigJson } from "../credential/docker-config.ts";
import { encodeDockerConfigJson } from "../credential/encode.ts";
import { Redacted } from "../credential/redacted.ts";

/** A mapping's credentials as its copies have to hold them. */
export type Origin =
  /** `dockerConfigJson` is the base64 text for a Secret's `data[".dockerconfigjson"]`. */
  | { readonly kind: "ready"; readonly dockerConfigJson: Redacted }
  /** No credential yet; the message names the place and the remedy. */
  | { readonly kind: "missing"; readonly message: string }
  /** Something that kubelet would choke on; it reaches no copy. */
  | { readonly kind: "broken"; readonly problems: readonly CredentialFinding[] };

/** An origin that copies can be made of. */
export type ReadyOrigin = Extract<Origin, { kind: "ready" }>;

/** Port to the origins of the mappings in force. */
export type Origins = {
  /** The origin of the mapping with this name; missing where the mapping is unknown. */
  of(mapping: string): Origin;
};

/** The origin that these credentials make. */
export function readyOrigin(credentials: Credentials): ReadyOrigin {
  const text = encodeDockerConfigJson(credentials).reveal();
  return { kind: "ready", dockerConfigJson: new Redacted(Buffer.from(text).toString("base64")) };
}

/** The credentials that an origin was made of. */
export function credentialsOf({ dockerConfigJson }: ReadyOrigin): Credentials {
  const decoded = decodeDockerConfigJson(Buffer.from(dockerConfigJson.reveal(), "base64").toString());
  // It was written by `readyOrigin`, so this is a mistake of the caller.
  if (!decoded.ok) throw new TypeError("could not read an origin's credentials");
  return decoded.credentials;
}

/** Whether two origins make the same copies. */
export function isSameOrigin(a: Origin, b: Origin): boolean {
  if (a.kind === "ready" && b.kind === "ready") return a.dockerConfigJson.equals(b.dockerConfigJson);
  return a.kind === b.kind;
}
