import type { Mapping } from "../config/compile.ts";
import { type Origin, readyOrigin } from "../copy/origin.ts";
import { decodeCredentialSecret } from "../credential/decode-secret.ts";
import { formatTime } from "../refresh/expiry.ts";
import { EXPIRES, RENEW } from "../refresh/validity-annotations.ts";
import type { Secret } from "../secret/secret.ts";
import { FindingKind, type FindingParts } from "./finding.ts";
import { joinProblems } from "./pull-secret-facts.ts";

/** As long before its end, the status page and the chart's alerts tell of a certificate: time for people to replace it. */
const NEAR_MS = 7 * 24 * 60 * 60 * 1_000;

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
 * | now                                | it is                                         |
 * |------------------------------------|-----------------------------------------------|
 * | after the end                      | an error                                      |
 * | after the planned renewal          | a warning: the leader tries again each minute |
 * | near the end, and nobody renews it | a warning                                     |
 * | before                             | an info                                       |
 */
function judgeExpiry({ name }: Mapping, secret: Secret | undefined, now: number): FindingParts | null {
  const { [EXPIRES]: written, [RENEW]: planned = "" } = secret?.metadata.annotations ?? {};
  if (written === undefined) return null;
  const expiresAt = parseTime(written);
  if (Number.isNaN(expiresAt)) {
    return {
      kind: FindingKind.InvalidExpiry,
      severity: "warning",
      message: `the end of the credential of mapping ${name} is not known: annotation ${EXPIRES} is no time`,
      remedy: "write an RFC 3339 time such as 2031-01-31T00:00:00Z, or a day, or take it out",
    };
  }
  const renewAt = parseTime(planned);
  const isRenewed = !Number.isNaN(renewAt);
  const remedy = isRenewed ? "see pullcred's log for why the source gives no new one" : "replace it";
  const end = formatTime(expiresAt);
  if (now >= expiresAt) {
    const message = `the credential of mapping ${name} has expired at ${end}`;
    return { kind: FindingKind.CredentialExpired, severity: "error", message, remedy };
  }
  const kind = FindingKind.CredentialExpires;
  if (now >= renewAt) {
    const message = `the credential of mapping ${name} expires at ${end}, and was to be renewed at ${formatTime(renewAt)}`;
    return { kind, severity: "warning", message, remedy };
  }
  const severity = !isRenewed && expiresAt - now < NEAR_MS ? "warning" : "info";
  const message = `the credential of mapping ${name} expires at ${end}${isRenewed ? `, and is renewed at ${formatTime(renewAt)}` : ""}`;
  return { kind, severity, message, remedy: isRenewed ? "nothing to do" : "replace it in time" };
}

const TIME = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * RFC 3339, or a day, in UTC; NaN where it is neither. `Date` alone makes a time of almost anything with a number in it, takes
 * one without a zone for that of the machine, and 31 February for 3 March.
 */
function parseTime(text: string): number {
  const [, day = ""] = TIME.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return isDay ? Date.parse(text) : Number.NaN;
}
