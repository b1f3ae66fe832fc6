import type { Mapping } from "../../core/config/compile.ts";
import type { Credentials } from "../../core/credential/credentials.ts";
import { mapConcurrently } from "../../core/queue/map-concurrently.ts";
import type { KnownCredentials } from "../../core/verify/plan-pull.ts";
import { inconclusive, noCredential, type Outcome } from "../../core/verify/verdict.ts";
import { readCredential } from "../read-credential.ts";
import type { VerifyPlace } from "./place.ts";

export type CredentialsOptions = {
  readonly place: VerifyPlace;
  readonly ownNamespace: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly concurrency: number;
};

/** Reads the credentials of mappings as `serve` has them. */
export async function readCredentials(
  mappings: readonly Mapping[],
  options: CredentialsOptions,
): Promise<KnownCredentials> {
  const known = await mapConcurrently(mappings, options.concurrency, async (mapping) => {
    return [mapping.name, await readMapping(mapping, options)] as const;
  });
  return new Map(known);
}

/**
 * Where there is a cluster, its leader has written what clouds and plugins gave into the mapping's origin, and the copies
 * are made of that. A docker config.json is read where this runs.
 */
async function readMapping(
  mapping: Mapping,
  { place, ownNamespace, environment }: CredentialsOptions,
): Promise<Credentials | Outcome> {
  const isWritten = place.hasOrigins && !("configFile" in mapping.credentials);
  const read = await readCredential(mapping, { isWritten, secret: place.secret, ownNamespace, environment });
  if (read.kind === "read") return read.credentials;
  return read.kind === "none" ? noCredential(read.problem) : inconclusive(read.problem);
}
