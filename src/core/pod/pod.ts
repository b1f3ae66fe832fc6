/**
 * The fields of a Pod (or of a Pod template) that pullcred reads, as they come over the wire. Everything else is left
 * where it is: the object is never rebuilt from this type.
 */
export type Pod = {
  readonly metadata?: PodMetadata | null;
  readonly spec: PodSpec;
};

export type PodMetadata = {
  readonly name?: string | null;
  readonly generateName?: string | null;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly annotations?: Readonly<Record<string, string>> | null;
};

export type PodSpec = {
  readonly serviceAccountName?: string | null;
  readonly imagePullSecrets?: readonly { readonly name?: string | null }[] | null;
  readonly containers?: readonly Container[] | null;
  readonly initContainers?: readonly Container[] | null;
  readonly ephemeralContainers?: readonly Container[] | null;
  readonly volumes?: readonly Volume[] | null;
};

export type Container = { readonly image?: string | null };
export type Volume = { readonly image?: { readonly reference?: string | null } | null };
