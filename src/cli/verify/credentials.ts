import { createSource } from "../../adapters/sources/create-source.ts";
import { secretRefSource } from "../../adapters/sources/secret-ref.ts";
import { createMemorySecretStore } from "../../adapters/standalone/memory-secret-store.ts";
import { systemClock } from "../../adapters/time/system-clock.ts";
import type { Mapping } from "../../core/config/compile.ts";
import { neededSecrets } from "../../core/config/needed-secrets.ts";
import type { Credentials } from "../../core/credential/credentials.ts";
import type { CredentialSource } from "../../core/credential/source.ts";
import { PullcredError } from "../../core/error.ts";
import { mapConcurrently } from "../../core/queue/map-concurrently.ts";
import { judgeResult } from "../../core/refresh/judge-result.ts";
import { readInTime } from "../../core/refresh/read-in-time.ts";
import { StoreError } from "../../core/secret/store-error.ts";
import type { KnownCredentials } from "../../core/verify/plan-pull.ts";
import { inconclusive, noCredential, type Outcome } from "../../core/verify/verdict.ts";
import { originName } from "../scopes.ts";
import type { VerifyPlace } from "./place.ts";

/** As long as the leader waits for a source. */
const LONGEST_READ_MS = 90_000;

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

async function readMapping(mapping: Mapping, options: CredentialsOptions): Promise<Credentials | Outcome> {
  try {
    const source = await openSource(mapping, options);
    const result = await readInTime(source, LONGEST_READ_MS, systemClock, new AbortController().signal);
    const judged = judgeResult(result, systemClock.now());
    if (judged.isUsable) return judged.given.credentials;
    return noCredential(judged.problem);
  } catch (error) {
    if (error instanceof PullcredError && error.code === "ClusterUnreachable") throw error;
    const isTellable = error instanceof PullcredError || error instanceof StoreError;
    return inconclusive(
      `the credential could not be read: ${isTellable ? error.message : "its source failed"}`,
    );
  }
}

/**
 * Where there is a cluster, its leader has written what clouds and plugins gave into the mapping's origin, and the copies
 * are made of that. A docker config.json is read where this runs.
 */
async function openSource(mapping: Mapping, options: CredentialsOptions): Promise<CredentialSource> {
  const { place, ownNamespace, environment } = options;
  const { credentials, matchImages } = mapping;
  const isOrigin = place.hasOrigins && !("configFile" in credentials);
  const secrets = createMemorySecretStore();
  for (const name of isOrigin ? [originName(mapping)] : neededSecrets(credentials)) {
    secrets.load(ownNamespace, name, await place.secret(ownNamespace, name));
  }
  if (isOrigin) {
    return secretRefSource({
      store: secrets,
      namespace: ownNamespace,
      name: originName(mapping),
      matchImages,
    });
  }
  return createSource(
    { matchImages, credentials },
    { secrets, ownNamespace, environment, clock: systemClock },
  );
}
