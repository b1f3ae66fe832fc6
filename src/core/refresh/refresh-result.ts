/** What one refresh of a mapping's credential came to: the same words in Events, logs, metrics and tests. */
export const RefreshResult = {
  Refreshed: "CredentialRefreshed",
  /** There is nothing yet. */
  Missing: "CredentialMissing",
  /** What there is must not reach a copy. */
  Refused: "CredentialRefused",
  /** It is not known what there is, or it could not be written. */
  Failed: "RefreshFailed",
  /** Somebody else's Secret has the origin's name. */
  Foreign: "ForeignSecret",
} as const;

export type RefreshResult = (typeof RefreshResult)[keyof typeof RefreshResult];
