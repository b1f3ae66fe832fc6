import type { Secret } from "../secret/secret.ts";
import type { SecretStore } from "../secret/secret-store.ts";
import { StoreError, StoreErrorCode } from "../secret/store-error.ts";
import { buildCopy, type CopyTemplate, isCurrent, isManaged } from "./copy.ts";
import { CopyResult } from "./copy-result.ts";
import type { Origin } from "./origin.ts";

/** How the ensuring of one copy ended; `cause` says why it failed. */
export type CopyOutcome = { readonly result: CopyResult; readonly cause?: unknown };

/**
 * Makes the copy of a mapping stand in a namespace. Looks before it writes: a Secret that pullcred does not manage is
 * never touched, not even where its data is the same.
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
  mapping: CopyTemplate,
  namespace: string,
  origin: Origin,
  dryRun: boolean,
): Promise<CopyOutcome> {
  try {
    const present = await store.get(namespace, mapping.secretName);
    const judged = judge(present, mapping, origin);
    if (judged !== null) return { result: judged };
    if (origin.kind !== "ready") return { result: CopyResult.NoCredential };
    if (dryRun) return { result: CopyResult.DryRun };
    await store.apply(buildCopy(mapping, namespace, origin.dockerConfigJson));
    return { result: CopyResult.Written };
  } catch (cause) {
    const isTerminating = cause instanceof StoreError && cause.code === StoreErrorCode.NamespaceTerminating;
    return { result: isTerminating ? CopyResult.NamespaceTerminating : CopyResult.Failed, cause };
  }
}

/** The outcome where nothing has to be written, else null. */
function judge(present: Secret | undefined, mapping: CopyTemplate, origin: Origin): CopyResult | null {
  if (present === undefined) return null;
  if (!isManaged(present)) return CopyResult.Foreign;
  if (origin.kind !== "ready") return CopyResult.Current;
  return isCurrent(present, mapping, origin.dockerConfigJson) ? CopyResult.Current : null;
}
