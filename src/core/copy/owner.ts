import type { OwnerReference } from "../secret/secret.ts";

/**
 * With what Kubernetes' garbage collector removes the copies of a mapping: the ClusterRole of their name, or the Role in the
 * copy's namespace. The chart makes and deletes them.
 */
export type Owner =
  | { readonly kind: "known"; readonly reference: OwnerReference }
  /** There never was one: standalone, or beside a cluster without the chart. The copies belong to nobody. */
  | { readonly kind: "none" }
  /** It was deleted: the mapping is being withdrawn, and a copy written now would outlive it. */
  | { readonly kind: "gone" };

/** Port to the owners of the mappings in force. */
export type Owners = {
  /** The owner of the Secret with this name of a mapping, in a namespace. */
  of(secretName: string, namespace: string): Owner;
};

/** How a Secret names this owner; undefined where there is none to be named. */
export function referenceOf(owner: Owner): OwnerReference | undefined {
  return owner.kind === "known" ? owner.reference : undefined;
}

/** The owners where nothing is collected. */
export const noOwners: Owners = { of: () => ({ kind: "none" }) };
