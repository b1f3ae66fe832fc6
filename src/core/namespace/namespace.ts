/** What pullcred knows of a Kubernetes namespace: its metadata only. */
export type Namespace = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether it is on its way out, so that nothing can be created in it any more. */
  readonly terminating: boolean;
  /** Set where it could not be looked up: its labels and annotations may be others, and may forbid something. */
  readonly isUnknown?: true;
};

/** The label that the API server puts on every namespace. */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

/** A namespace that has nothing but a name. */
export function bareNamespace(name: string): Namespace {
  return { name, labels: { [NAMESPACE_NAME_LABEL]: name }, annotations: {}, terminating: false };
}

/** A namespace of which nothing but the name is known. */
export function unknownNamespace(name: string): Namespace {
  return { ...bareNamespace(name), isUnknown: true };
}
