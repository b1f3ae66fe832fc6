/** A Secret as the Kubernetes API writes it, of which pullcred reads these fields. `data` values are base64. */
export type Secret = {
  readonly apiVersion: "v1";
  readonly kind: "Secret";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly OwnerReference[];
    /** Given by the API server: another Secret of the same name has another one. */
    readonly uid?: string;
    /** Given by the API server: another state of the Secret has another one. */
    readonly resourceVersion?: string;
  };
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
};

/** Names the object with which Kubernetes' garbage collector removes this one. */
export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly blockOwnerDeletion?: boolean;
};
