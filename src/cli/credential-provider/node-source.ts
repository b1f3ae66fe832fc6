import { createSource } from "../../adapters/sources/create-source.ts";
import { createMemorySecretStore } from "../../adapters/standalone/memory-secret-store.ts";
import { systemClock } from "../../adapters/time/system-clock.ts";
import type { Mapping } from "../../core/config/compile.ts";
import type { CredentialSource } from "../../core/credential/source.ts";
import type { Clock } from "../../core/time/clock.ts";

/** The source of a mapping on a node, where there is nobody to read a Secret from. */
export function createNodeSource({ matchImages, credentials }: Mapping): {
  readonly source: CredentialSource;
  readonly clock: Clock;
} {
  const context = { secrets: createMemorySecretStore(), ownNamespace: "", environment: process.env };
  return {
    source: createSource({ matchImages, credentials }, { ...context, clock: systemClock }),
    clock: systemClock,
  };
}
