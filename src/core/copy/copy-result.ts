/** What became of one copy: the same words in warnings, logs, metrics and tests. */
export const CopyResult = {
  /** The copy already held the origin's credentials. */
  Current: "CopyCurrent",
  /** The copy was created or brought up to date. */
  Written: "CopyWritten",
  /** It would have been written, but the request is a dry run. */
  DryRun: "CopyDryRun",
  /** Somebody else's Secret has the name: it is used as it is. */
  Foreign: "ForeignSecret",
  /** The mapping has no credential yet; a copy that stands keeps its last good one. */
  NoCredential: "NoCredential",
  /** Nothing can be created in a namespace on its way out. */
  NamespaceTerminating: "NamespaceTerminating",
  /** The store refused or failed; it is tried again in the background. */
  Failed: "CopyFailed",
  /** The deadline passed first; the writing goes on in the background. */
  Delayed: "CopyDelayed",
} as const;

export type CopyResult = (typeof CopyResult)[keyof typeof CopyResult];
