/** What `audit` finds: the same words in its output, the documents and tests. */
export const FindingKind = {
  /** The Pod lacks a pull secret that it would get if it were made now. */
  NotInjected: "NotInjected",
  /** The Pod's ServiceAccount enforces mountable secrets, and does not list one that the Pod needs. */
  SecretNotMountable: "SecretNotMountable",
  /** The Pod names a pull secret that is not in its namespace. */
  PullSecretMissing: "PullSecretMissing",
  /** A Secret of other hand has the name of a mapping's copy. */
  PullSecretForeign: "PullSecretForeign",
  /** The copy differs from its origin. */
  PullSecretStale: "PullSecretStale",
  /** kubelet cannot read the pull secret, and fails every pull of the Pod. */
  PullSecretBroken: "PullSecretBroken",
  /** kubelet passes over the pull secret. */
  PullSecretIgnored: "PullSecretIgnored",
  /** The Pod names the mapping's pull secret, and no key of its pull secrets is for the image. */
  NoKeyForImage: "NoKeyForImage",
  /** A container runs only because its image is on the node. */
  CachedImage: "CachedImage",
  /** No mapping is for the image's registry. */
  ImageNotCovered: "ImageNotCovered",
  /** What the Pod calls an image is none. */
  InvalidImage: "InvalidImage",
  /** The mapping has no credential. */
  OriginMissing: "OriginMissing",
  /** The mapping has a credential that kubelet cannot read. */
  OriginBroken: "OriginBroken",
  /** The mapping's credential has expired. */
  CredentialExpired: "CredentialExpired",
  /** The mapping's credential expires. */
  CredentialExpires: "CredentialExpires",
  /** The origin says of its credential's end what is no time. */
  InvalidExpiry: "InvalidExpiry",
  /** No image that may use the mapping was found. */
  MappingUnused: "MappingUnused",
  /** The ServiceAccount keeps its Pods from naming a mapping's pull secret. */
  MountableSecretsEnforced: "MountableSecretsEnforced",
  /** A part of the cluster could not be read, so that findings may be missing. */
  NotRead: "NotRead",
} as const;

export type FindingKind = (typeof FindingKind)[keyof typeof FindingKind];

/** How bad it is, the worst first. */
export const SEVERITIES = ["error", "warning", "info"] as const;

/** An error fails pulls now or will, a warning can, an info is for somebody to know. */
export type Severity = (typeof SEVERITIES)[number];

/** One entry of the `findings` that `audit` prints. It holds no credential. */
export type Finding = {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly namespace: string | null;
  /** The Pod's, the workload's or the ServiceAccount's. */
  readonly name: string | null;
  /** The controller that made the Pod, for example `ReplicaSet/shop-5d9c7`. */
  readonly owner: string | null;
  readonly mapping: string | null;
  readonly secretName: string | null;
  readonly image: string | null;
  readonly message: string;
  readonly remedy: string;
};

/** What a finding says; what it is not about is null. */
export type FindingParts = Pick<Finding, "kind" | "severity" | "message" | "remedy"> & Partial<Finding>;

/** Makes a finding whole. */
export function toFinding(parts: FindingParts): Finding {
  const { kind, severity, message, remedy } = parts;
  const { namespace = null, name = null, owner = null, mapping = null, secretName = null } = parts;
  const { image = null } = parts;
  return { kind, severity, namespace, name, owner, mapping, secretName, image, message, remedy };
}
