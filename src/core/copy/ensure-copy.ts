import type { Secret } from "../secret/secret.ts";
import type { SecretStore } from "../secret/secret-store.ts";
import { hasStoreCode, StoreError, StoreErrorCode } from "../secret/store-error.ts";
import { buildCopy, type CopyTemplate, isCurrent, isManaged, PULL_SECRET_TYPE } from "./copy.ts";
import { CopyResult } from "./copy-result.ts";
import type { Origin } from "./origin.ts";
import type { Owner } from "./owner.ts";

/** How the ensuring of one copy ended; `cause` says why it failed. */
export type CopyOutcome = { readonly result: CopyResult; readonly cause?: unknown };

/** The copy to make stand. */
export type WantedCopy = {
  readonly mapping: CopyTemplate;
  readonly namespace: string;
  readonly origin: Origin;
  readonly owner: Owner;
};

/**
 * Makes the copy of a mapping stand in a namespace. Looks before it writes: a Secret that pullcred does not manage is
 * never touched, not even where its data is the same. Where the store finds something else than what was seen, it looks
 * again, past the store's cache.
 *
 * | in the namespace       | origin ready           | no origin    |
 * |------------------------|------------------------|--------------|
 * | nothing                | Written                | NoCredential |
 * | the copy, equal        | Current                | Current      |
 * | the copy, different    | Written                | Current      |
 * | a Secret of other hand | Foreign                | Foreign      |
 */
export async function ensureCopy(
  store: SecretStore,
  wanted: WantedCopy,
  dryRun: boolean,
): Promise<CopyOutcome> {
  const { mapping, namespace } = wanted;
  try {
    const known = await store.get(namespace, mapping.secretName);
    try {
      return await replace(store, known, wanted, dryRun);
    } catch (error) {
      if (!hasStoreCode(error, StoreErrorCode.Conflict)) throw error;
      const present = await store.look(namespace, mapping.secretName);
      return await replace(store, present, wanted, dryRun);
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
  dryRun: boolean,
): Promise<CopyOutcome> {
  const { mapping, namespace, origin, owner } = wanted;
  const judged = judge(seen, wanted);
  if (judged !== null) return { result: judged };
  if (origin.kind !== "ready") return { result: CopyResult.NoCredential };
  if (dryRun) return { result: CopyResult.DryRun };
  if (owner.kind === "gone") {
    throw new StoreError(
      StoreErrorCode.Unavailable,
      `the ClusterRole of mapping ${mapping.name} was deleted: take the mapping out of the config, or restore it`,
    );
  }
  const copy = buildCopy(mapping, namespace, origin.dockerConfigJson, referenceOf(owner));
  // The type of a Secret cannot change.
  const isOtherType = seen !== undefined && seen.type !== PULL_SECRET_TYPE;
  if (isOtherType) await store.delete(seen);
  await store.apply(copy, isOtherType ? undefined : seen);
  return { result: CopyResult.Written };
}

/** The outcome where nothing has to be written, else null. */
function judge(present: Secret | undefined, { mapping, origin, owner }: WantedCopy): CopyResult | null {
  if (present === undefined) return null;
  if (!isManaged(present)) return CopyResult.Foreign;
  if (origin.kind !== "ready") return CopyResult.Current;
  const isRight = isCurrent(present, mapping, origin.dockerConfigJson, referenceOf(owner));
  return isRight ? CopyResult.Current : null;
}

function referenceOf(owner: Owner): Extract<Owner, { kind: "known" }>["reference"] | undefined {
  return owner.kind === "known" ? owner.reference : undefined;
}
