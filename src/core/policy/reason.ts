/** Why a Pod was changed or left alone: the same words in answers, logs, metrics, Events, command output and tests. */
export const Reason = {
  /** At least one pull secret was added. */
  Injected: "Injected",
  /** The Pod already names every pull secret that it needs. */
  AlreadyPresent: "AlreadyPresent",
  /** No image comes from a configured registry, and no mapping says `inject: always` here. */
  NoMatchingRegistry: "NoMatchingRegistry",
  /** A mapping matches an image, but its `namespaces` keep the credentials from this namespace. */
  NamespaceExcluded: "NamespaceExcluded",
  /** A mapping matches an image, but the labels of the namespace, which could not be looked up, could forbid it. */
  NamespaceUnknown: "NamespaceUnknown",
  /** The Pod's ServiceAccount enforces mountable secrets and lists none of those that it needs. */
  SecretNotMountable: "SecretNotMountable",
  /** The Pod or its namespace carries `pullcred.dev/inject: "false"`. */
  OptedOut: "OptedOut",
  /** The API server refuses mirror Pods that name a Secret. */
  MirrorPod: "MirrorPod",
  /** pullcred's own Pods must start without pullcred. */
  OwnNamespace: "OwnNamespace",
  /** The webhook was registered for more than Pods. */
  NotAPod: "NotAPod",
  /** `imagePullSecrets` cannot change after CREATE. */
  NotACreate: "NotACreate",
  /** Subresources such as `pods/ephemeralcontainers` cannot carry pull secrets. */
  Subresource: "Subresource",
} as const;

export type Reason = (typeof Reason)[keyof typeof Reason];

const LEFT_ALONE: ReadonlySet<string> = new Set([Reason.MirrorPod, Reason.OwnNamespace, Reason.OptedOut]);

/** Whether the decision of this reason leaves a Pod alone whatever its images are. */
export function isLeftAlone(reason: string): boolean {
  return LEFT_ALONE.has(reason);
}
