import type { OwnerReference } from "../secret/secret.ts";

/** With what Kubernetes' garbage collector removes the copies of a mapping: its ClusterRole, which the chart makes. */
export type Owner =
  | { readonly kind: "known"; readonly reference: OwnerReference }
  /** There never was one: standalone, or beside a cluster without the chart. The copies belong to nobody. */
  | { readonly kind: "none" }
  /** It was deleted: the mapping is being withdrawn, and a copy written now would outlive it. */
  | { readonly kind: "gone" };

/** Port to the owners of the mappings in force. */
export type Owners = { of(mapping: string): Owner };

/** The owners where nothing is collected. */
export const noOwners: Owners = { of: () => ({ kind: "none" }) };
