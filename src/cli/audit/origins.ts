import { type Finding, FindingKind, toFinding } from "../../core/audit/finding.ts";
import { judgeOrigin, readOrigin } from "../../core/audit/judge-origin.ts";
import type { Mapping } from "../../core/config/compile.ts";
import type { Origin } from "../../core/copy/origin.ts";
import { mapConcurrently } from "../../core/queue/map-concurrently.ts";
import type { Secret } from "../../core/secret/secret.ts";
import { originName } from "../scopes.ts";

/** The origins that could be read, and what there is to say of them. */
export type AuditedOrigins = {
  readonly byMapping: ReadonlyMap<string, Origin>;
  readonly findings: readonly Finding[];
};

const CONCURRENCY = 8;

/** Reads the origin of each mapping. `read` tells "unknown" where it is not for us to see. */
export async function readOrigins(
  mappings: readonly Mapping[],
  namespace: string,
  now: number,
  read: (name: string) => Promise<Secret | undefined | "unknown">,
): Promise<AuditedOrigins> {
  const byMapping = new Map<string, Origin>();
  const found = await mapConcurrently(mappings, CONCURRENCY, async (mapping) => {
    const place = { namespace, name: originName(mapping) };
    const secret = await read(place.name);
    if (secret === "unknown") return [toFinding({ ...unread(place), mapping: mapping.name })];
    const origin = readOrigin(secret, place, mapping);
    byMapping.set(mapping.name, origin);
    return judgeOrigin(mapping, origin, secret, place, now).map(toFinding);
  });
  return { byMapping, findings: found.flat() };
}

function unread({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  return {
    kind: FindingKind.NotRead,
    severity: "info" as const,
    namespace,
    secretName: name,
    message: `Secret ${name} in namespace ${namespace} could not be read, so that nothing is known of the origin`,
    remedy: "give the right to get it, or what holds it",
  };
}
