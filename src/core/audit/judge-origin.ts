import type { Mapping } from "../config/compile.ts";
import { type Origin, readyOrigin } from "../copy/origin.ts";
import { decodeCredentialSecret } from "../credential/decode-secret.ts";
import { formatTime } from "../refresh/expiry.ts";
import { EXPIRES, RENEW } from "../refresh/validity-annotations.ts";
import type { Secret } from "../secret/secret.ts";
import { FindingKind, type FindingParts } from "./finding.ts";
import { joinProblems } from "./pull-secret-facts.ts";

/** Where a mapping's origin is. */
export type OriginPlace = { readonly namespace: string; readonly name: string };

/** Reads an origin as the webhook does. */
export function readOrigin(
  secret: Secret | undefined,
  { namespace, name }: OriginPlace,
  mapping: Mapping,
): Origin {
  if (secret === undefined) {
    return { kind: "missing", message: `there is no Secret ${name} in namespace ${namespace}` };
  }
  const decoded = decodeCredentialSecret(secret, mapping.matchImages);
  return decoded.ok ? readyOrigin(decoded.credentials) : { kind: "broken", problems: decoded.problems };
}

/** Judges a mapping's origin. */
export function judgeOrigin(
  mapping: Mapping,
  origin: Origin,
  secret: Secret | undefined,
  place: OriginPlace,
  now: number,
): readonly FindingParts[] {
  const about = { namespace: place.namespace, mapping: mapping.name, secretName: place.name };
  if (origin.kind === "missing") {
    const isOwnSecret = "secretRef" in mapping.credentials;
    const remedy = isOwnSecret
      ? "create it"
      : "see pullcred's log: the leader writes it when the source gives one";
    const message = `mapping ${mapping.name} has no credential: ${origin.message}`;
    return [{ ...about, kind: FindingKind.OriginMissing, severity: "error", message, remedy }];
  }
  if (origin.kind === "broken") {
    return [
      {
        ...about,
        kind: FindingKind.OriginBroken,
        severity: "error",
        message: `the credential of mapping ${mapping.name} is refused: ${joinProblems(origin.problems)}`,
        remedy: `mend Secret ${place.name} in namespace ${place.namespace}; copies keep the last good credential`,
      },
    ];
  }
  const expiry = judgeExpiry(mapping, secret, now);
  return expiry === null ? [] : [{ ...about, ...expiry }];
}

/**
 * | now                        | it is                                        |
 * |----------------------------|----------------------------------------------|
 * | after the end              | an error                                     |
 * | after the planned renewal  | a warning: the leader tries again each minute |
 * | before                     | an info                                      |
 */
function judgeExpiry({ name }: Mapping, secret: Secret | undefined, now: number): FindingParts | null {
  const expiresAt = Date.parse(secret?.metadata.annotations?.[EXPIRES] ?? "");
  if (Number.isNaN(expiresAt)) return null;
  const remedy = "see pullcred's log for why the source gives no new one";
  const end = formatTime(expiresAt);
  if (now >= expiresAt) {
    const message = `the credential of mapping ${name} has expired at ${end}`;
    return { kind: FindingKind.CredentialExpired, severity: "error", message, remedy };
  }
  const renewAt = Date.parse(secret?.metadata.annotations?.[RENEW] ?? "");
  const kind = FindingKind.CredentialExpires;
  if (now >= renewAt) {
    const message = `the credential of mapping ${name} expires at ${end}, and was to be renewed at ${formatTime(renewAt)}`;
    return { kind, severity: "warning", message, remedy };
  }
  const isRenewed = !Number.isNaN(renewAt);
  const message = `the credential of mapping ${name} expires at ${end}${isRenewed ? `, and is renewed at ${formatTime(renewAt)}` : ""}`;
  return { kind, severity: "info", message, remedy: isRenewed ? "nothing to do" : "replace it in time" };
}
