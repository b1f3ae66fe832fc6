/** Something that a person who looks at a mapping's origin should hear of, told when it begins or ends. */
export type Notice = {
  readonly type: "Normal" | "Warning";
  readonly reason: NoticeReason;
  /** The mapping that it is about. */
  readonly mapping: string;
  /** One sentence with the remedy; never a credential. */
  readonly note: string;
};

/** Why an Event is told: the same words in logs and tests. */
export const NoticeReason = {
  CredentialMissing: "CredentialMissing",
  CredentialRefused: "CredentialRefused",
  CredentialAccepted: "CredentialAccepted",
  /** The source works again. */
  CredentialRefreshed: "CredentialRefreshed",
  /** The source cannot be asked. */
  RefreshFailed: "RefreshFailed",
  /** The source has not worked again in time. */
  CredentialExpired: "CredentialExpired",
  ForeignSecret: "ForeignSecret",
  CopyFailed: "CopyFailed",
  /** A registry refuses it. */
  WrongCredentials: "WrongCredentials",
  /** The registries let it in again. */
  CredentialWorks: "CredentialWorks",
} as const;

export type NoticeReason = (typeof NoticeReason)[keyof typeof NoticeReason];

/** Port to where notices go: Kubernetes Events in a cluster. */
export type EventSink = { tell(notice: Notice): void };
