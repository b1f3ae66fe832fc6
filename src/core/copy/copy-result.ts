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
  /** The role that owns the copies is gone: one that is written now would outlive it. It follows when the role is back. */
  Withdrawn: "CopyWithdrawn",
  /** Nothing can be created in a namespace on its way out. */
  NamespaceTerminating: "NamespaceTerminating",
  /** The store refused or failed; it is tried again in the background. */
  Failed: "CopyFailed",
  /** It goes on in the background: the deadline passed first, or it is the leader's to replace a copy that stands. */
  Delayed: "CopyDelayed",
} as const;

export type CopyResult = (typeof CopyResult)[keyof typeof CopyResult];
