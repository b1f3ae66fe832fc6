import type { Logger } from "pino";
import type { Mapping } from "../core/config/compile.ts";
import { isCurrent, isManaged } from "../core/copy/copy.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import { type CopyOutcome, ensureCopy } from "../core/copy/ensure-copy.ts";
import type { Origins } from "../core/copy/origin.ts";
import type { Owners } from "../core/copy/owner.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";

export type CopyWriterOptions = {
  readonly secrets: SecretStore;
  readonly origins: Origins;
  readonly owners: Owners;
  /** Told of each outcome, for metrics. */
  readonly observe: (result: CopyResult, registry: string) => void;
  readonly log: Logger;
};

/** Makes one copy stand, and says in the log what became of it. */
export type CopyWriter = {
  /** Whether the copy is known to be right, without asking: the way of nearly every review. */
  isKnownCurrent(mapping: Mapping, namespace: string): boolean;
  write(mapping: Mapping, namespace: string, dryRun: boolean): Promise<CopyOutcome>;
};

/** What admission and the keeper of the copies share. */
export function createCopyWriter({ secrets, origins, owners, observe, log }: CopyWriterOptions): CopyWriter {
  return {
    isKnownCurrent(mapping, namespace) {
      const present = secrets.peek(namespace, mapping.secretName);
      if (present === undefined || !isManaged(present)) return false;
      const origin = origins.of(mapping.name);
      return origin.kind === "ready" && isCurrent(present, mapping, origin.dockerConfigJson);
    },
    async write(mapping, namespace, dryRun) {
      const { name: registry, secretName: secret } = mapping;
      const wanted = { mapping, namespace, origin: origins.of(registry), owner: owners.of(registry) };
      const outcome = await ensureCopy(secrets, wanted, dryRun);
      observe(outcome.result, registry);
      const fields = { registry, namespace, secret, result: outcome.result };
      if (outcome.result === CopyResult.Written) log.info(fields, "copy");
      if (outcome.result === CopyResult.Failed) log.error({ ...fields, err: outcome.cause }, "copy");
      return outcome;
    },
  };
}
