import type { Secret } from "../secret/secret.ts";
import type { SecretStore } from "../secret/secret-store.ts";
import { hasStoreCode, StoreErrorCode } from "../secret/store-error.ts";
import {
  type Annotations,
  buildCopy,
  type CopyTemplate,
  isCurrent,
  isManaged,
  PULL_SECRET_TYPE,
} from "./copy.ts";
import { CopyResult } from "./copy-result.ts";
import type { Origin } from "./origin.ts";
import { type Owner, referenceOf } from "./owner.ts";

/** How the ensuring of one copy ended; `cause` says why it failed. */
export type CopyOutcome = { readonly result: CopyResult; readonly cause?: unknown };

/** The copy to make stand. */
export type WantedCopy = {
  readonly mapping: CopyTemplate;
  readonly namespace: string;
  readonly origin: Origin;
  readonly owner: Owner;
  readonly annotations?: Annotations;
};

/**
 * How far it may go. `none` is a dry run. `missing` makes a copy where no usable one stands, and leaves one that differs to
 * the leader: a replica whose watch is behind would put an older credential in the place of a newer one. `all` replaces.
 */
export type AllowedWrites = "none" | "missing" | "all";

/**
 * Makes the copy of a mapping stand in a namespace. Looks before it writes: a Secret that pullcred does not manage is
 * never touched, not even where its data is the same. Where the store finds something else than what was seen, it looks
 * again, past the store's cache.
 *
 * | in the namespace               | origin ready | its owner is gone | no origin    |
 * |--------------------------------|--------------|-------------------|--------------|
 * | nothing                        | Written      | Withdrawn         | NoCredential |
 * | the copy, equal                | Current      | Current           | Current      |
 * | the copy, of another type      | Written      | Withdrawn         | Current      |
 * | the copy, different: `all`     | Written      | Withdrawn         | Current      |
 * | the copy, different: `missing` | Delayed      | Withdrawn         | Current      |
 * | a Secret of other hand         | Foreign      | Foreign           | Foreign      |
 *
 * With `none` it is DryRun wherever it would be Written or Delayed.
 */
export async function ensureCopy(
  store: SecretStore,
  wanted: WantedCopy,
  writes: AllowedWrites,
): Promise<CopyOutcome> {
  const { mapping, namespace, owner } = wanted;
  try {
    // With the owner the right to look goes as well.
    const known =
      owner.kind === "gone"
        ? store.peek(namespace, mapping.secretName)
        : await store.get(namespace, mapping.secretName);
    try {
      return await replace(store, known, wanted, writes);
    } catch (error) {
      if (!hasStoreCode(error, StoreErrorCode.Conflict)) throw error;
      const present = await store.look(namespace, mapping.secretName);
      return await replace(store, present, wanted, writes);
    }
  } catch (cause) {
    const isTerminating = hasStoreCode(cause, StoreErrorCode.NamespaceTerminating);
    return { result: isTerminating ? CopyResult.NamespaceTerminating : CopyResult.Failed, cause };
  }
}

async function replace(
  store: SecretStore,
  seen: Secret | undefined,
  wanted: WantedCopy,
  writes: AllowedWrites,
): Promise<CopyOutcome> {
  const { mapping, namespace, origin, owner, annotations } = wanted;
  const judged = judge(seen, wanted);
  if (judged !== null) return { result: judged };
  if (origin.kind !== "ready") return { result: CopyResult.NoCredential };
  if (owner.kind === "gone") return { result: CopyResult.Withdrawn };
  if (writes === "none") return { result: CopyResult.DryRun };
  const isUsable = seen?.type === PULL_SECRET_TYPE;
  if (isUsable && writes === "missing") return { result: CopyResult.Delayed };
  const copy = buildCopy(mapping, namespace, origin.dockerConfigJson, referenceOf(owner), annotations);
  // The type of a Secret cannot change, nor the data of one that somebody has made immutable.
  const isFixed = seen !== undefined && (!isUsable || seen.immutable === true);
  if (isFixed) await store.delete(seen);
  await store.apply(copy, isFixed ? undefined : seen);
  return { result: CopyResult.Written };
}

/** The outcome where nothing has to be written, else null. */
function judge(
  present: Secret | undefined,
  { mapping, origin, owner, annotations }: WantedCopy,
): CopyResult | null {
  if (present === undefined) return null;
  if (!isManaged(present)) return CopyResult.Foreign;
  if (origin.kind !== "ready") return CopyResult.Current;
  const isRight = isCurrent(present, mapping, origin.dockerConfigJson, referenceOf(owner), annotations);
  return isRight ? CopyResult.Current : null;
}
