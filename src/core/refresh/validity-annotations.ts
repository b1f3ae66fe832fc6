import type { CopyTemplate } from "../copy/copy.ts";
import { isManaged, isOfMapping } from "../copy/copy.ts";
import type { Secret } from "../secret/secret.ts";
import { formatTime } from "./expiry.ts";
import type { Validity } from "./validity.ts";

/** Until when the credential in an origin is good, and when it is renewed. */
export const EXPIRES = "pullcred.dev/expires";
export const RENEW = "pullcred.dev/renew";
const SOURCE = "pullcred.dev/source";

/**
 * What an origin says of the credential in it, so that another leader neither asks for one that nobody needs nor forgets
 * the renewal. `source` is the digest of the source's configuration: what another source gave says nothing of this one.
 */
export function toAnnotations(
  { expiresAt, renewAt }: Validity,
  source: string,
): Readonly<Record<string, string>> {
  return { [EXPIRES]: formatTime(expiresAt), [RENEW]: formatTime(renewAt), [SOURCE]: source };
}

/** When the credential ends that the origin of this mapping holds; undefined where it states no end. Whoever follows reads it. */
export function readExpiry(secret: Secret, mapping: CopyTemplate): number | undefined {
  if (!isManaged(secret) || !isOfMapping(secret, mapping)) return undefined;
  const expiresAt = Date.parse(secret.metadata.annotations?.[EXPIRES] ?? "");
  return Number.isNaN(expiresAt) ? undefined : expiresAt;
}

/** The validity that an origin of this mapping and source states; undefined where it states none that can be relied on. */
export function readValidity(secret: Secret, mapping: CopyTemplate, source: string): Validity | undefined {
  const { annotations } = secret.metadata;
  if (!isManaged(secret) || !isOfMapping(secret, mapping) || annotations?.[SOURCE] !== source)
    return undefined;
  const expiresAt = Date.parse(annotations[EXPIRES] ?? "");
  const renewAt = Date.parse(annotations[RENEW] ?? "");
  return renewAt < expiresAt ? { expiresAt, renewAt } : undefined;
}
