import type { CompiledConfig, Mapping } from "../config/compile.ts";
import type { Namespace } from "../namespace/namespace.ts";
import type { Pod } from "../pod/pod.ts";
import { placeOf, visitImages } from "../pod/pod-images.ts";
import { isOptedOut } from "./opt-out.ts";
import { Reason } from "./reason.ts";

/** What is to be done with one Pod. */
export type Decision = {
  readonly reason: Reason;
  /** The mappings whose Secret the Pod will name, in config order: their copies have to stand in its namespace. */
  readonly needed: readonly Mapping[];
  /** The names to append to `imagePullSecrets`, in config order. */
  readonly missing: readonly string[];
  /** The mappings that match an image, but are not allowed in the namespace. */
  readonly excluded: readonly Mapping[];
  /** The mappings that the labels of the namespace could forbid, which are not known: the Pod goes without. */
  readonly undecided: readonly Mapping[];
  /** Where the images stand that are no image references, for example `spec.containers[0].image`. */
  readonly unreadable: readonly string[];
};

/** Set by kubelet on the API server's picture of a static Pod. */
export const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

/**
 * Decides which pull secrets a Pod of this namespace needs. Pure: the same arguments always give the same decision, and
 * a Pod that was changed accordingly needs nothing more.
 *
 * | Pod                                              | decision           |
 * |--------------------------------------------------|--------------------|
 * | mirrors a static Pod                             | MirrorPod          |
 * | is in pullcred's own namespace                   | OwnNamespace       |
 * | it or its namespace opted out                    | OptedOut           |
 * | no mapping matches                               | NoMatchingRegistry |
 * | mappings match, none is allowed in the namespace | NamespaceExcluded  |
 * | names every Secret it needs                      | AlreadyPresent     |
 * | misses some                                      | Injected           |
 */
export function decide(
  pod: Pod,
  namespace: Namespace,
  ownNamespace: string,
  config: CompiledConfig,
): Decision {
  if (pod.metadata?.annotations?.[MIRROR_ANNOTATION] !== undefined) return leaveAlone(Reason.MirrorPod);
  if (namespace.name === ownNamespace) return leaveAlone(Reason.OwnNamespace);
  if (isOptedOut(pod.metadata) || isOptedOut(namespace)) return leaveAlone(Reason.OptedOut);

  const { matched, unreadable } = matchImages(pod, config);
  const { allowed: needed, excluded, undecided } = selectAllowed(matched, namespace, config);
  if (needed.length === 0) {
    const reason = matched.size > 0 ? Reason.NamespaceExcluded : Reason.NoMatchingRegistry;
    return { ...leaveAlone(reason, unreadable), excluded, undecided };
  }
  const present = new Set(pod.spec.imagePullSecrets?.map((reference) => reference.name));
  const missing = needed.map((mapping) => mapping.secretName).filter((name) => !present.has(name));
  const reason = missing.length > 0 ? Reason.Injected : Reason.AlreadyPresent;
  return { reason, needed, missing, excluded, undecided, unreadable };
}

function leaveAlone(reason: Reason, unreadable: readonly string[] = []): Decision {
  return { reason, needed: [], missing: [], excluded: [], undecided: [], unreadable };
}

type MatchedImages = { readonly matched: ReadonlySet<number>; readonly unreadable: readonly string[] };

function matchImages(pod: Pod, config: CompiledConfig): MatchedImages {
  const matched = new Set<number>();
  const unreadable: string[] = [];
  visitImages(pod.spec, (image, list, index) => {
    const mappings = config.matchImage(image);
    if (mappings === null) unreadable.push(placeOf(list, index));
    else for (const mapping of mappings) matched.add(mapping);
  });
  return { matched, unreadable };
}

type SelectedMappings = {
  readonly allowed: readonly Mapping[];
  readonly excluded: readonly Mapping[];
  readonly undecided: readonly Mapping[];
};

function selectAllowed(
  matched: ReadonlySet<number>,
  namespace: Namespace,
  config: CompiledConfig,
): SelectedMappings {
  const wanted = config.always.length === 0 ? matched : new Set([...matched, ...config.always]);
  const allowed: Mapping[] = [];
  const excluded: Mapping[] = [];
  const undecided: Mapping[] = [];
  const inOrder = wanted.size > 1 ? [...wanted].sort((a, b) => a - b) : wanted;
  for (const index of inOrder) {
    const mapping = config.mappings[index];
    if (mapping === undefined) continue;
    if (namespace.isUnknown && mapping.namespaces.needsLabels(namespace.name)) undecided.push(mapping);
    else if (mapping.namespaces.allows(namespace.name, namespace.labels)) allowed.push(mapping);
    else if (matched.has(index)) excluded.push(mapping);
  }
  return { allowed, excluded, undecided };
}
