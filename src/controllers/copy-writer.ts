import type { Logger } from "pino";
import type { Mapping } from "../core/config/compile.ts";
import { isCurrent, isManaged } from "../core/copy/copy.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import { type AllowedWrites, type CopyOutcome, ensureCopy } from "../core/copy/ensure-copy.ts";
import type { Origins } from "../core/copy/origin.ts";
import type { Owners } from "../core/copy/owner.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";

export type CopyWriterOptions = {
  readonly secrets: SecretStore;
  readonly origins: Origins;
  readonly owners: Owners;
  /** Told of each outcome, for metrics. */
  readonly observe: (result: CopyResult, registry: string) => void;
  /** Told where each was to stand as well, for the status page. */
  readonly onOutcome?: ((secretName: string, namespace: string, outcome: CopyOutcome) => void) | undefined;
  readonly log: Logger;
};

/** Makes one copy stand, and says in the log what became of it. */
export type CopyWriter = {
  /** Whether the copy is known to be right, without asking: the way of nearly every review. */
  isKnownCurrent(mapping: Mapping, namespace: string): boolean;
  /** Makes the copy that a review needs; one that stands already is left to the leader, whatever it holds. */
  write(mapping: Mapping, namespace: string, dryRun: boolean): Promise<CopyOutcome>;
  /** Makes the copy what it should be. Only the leader may. */
  keep(mapping: Mapping, namespace: string): Promise<CopyOutcome>;
};

/** What admission and the keeper of the copies share. */
export function createCopyWriter(options: CopyWriterOptions): CopyWriter {
  const { secrets, origins, owners, observe, onOutcome, log } = options;

  async function ensure(mapping: Mapping, namespace: string, writes: AllowedWrites): Promise<CopyOutcome> {
    const { name: registry, secretName: secret } = mapping;
    const wanted = {
      mapping,
      namespace,
      origin: origins.of(registry),
      owner: owners.of(secret, namespace),
    };
    const outcome = await ensureCopy(secrets, wanted, writes);
    observe(outcome.result, registry);
    onOutcome?.(secret, namespace, outcome);
    const fields = { registry, namespace, secret, result: outcome.result };
    if (outcome.result === CopyResult.Written) log.info(fields, "copy");
    // What the chart has taken away is no news, and it may be asked for with every Pod.
    if (outcome.result === CopyResult.Withdrawn) log.debug(fields, "copy");
    if (outcome.result === CopyResult.Failed) log.error({ ...fields, err: outcome.cause }, "copy");
    return outcome;
  }

  return {
    isKnownCurrent(mapping, namespace) {
      const present = secrets.peek(namespace, mapping.secretName);
      if (present === undefined || !isManaged(present)) return false;
      const origin = origins.of(mapping.name);
      return origin.kind === "ready" && isCurrent(present, mapping, origin.dockerConfigJson);
    },
    write: (mapping, namespace, dryRun) => ensure(mapping, namespace, dryRun ? "none" : "missing"),
    keep: (mapping, namespace) => ensure(mapping, namespace, "all"),
  };
}
