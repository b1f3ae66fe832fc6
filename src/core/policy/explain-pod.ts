import { FindingKind } from "../audit/finding.ts";
import { joinProblems } from "../audit/pull-secret-facts.ts";
import type { CompiledConfig } from "../config/compile.ts";
import { repositoryName } from "../image/reference.ts";
import type { Pod } from "../pod/pod.ts";
import { placeOf, visitImages } from "../pod/pod-images.ts";
import { type CredentialStep, explainCredentials, type NamedSecret } from "./explain-credentials.ts";
import { explainImage, type ImageExplanation, withoutMappings } from "./explain-image.ts";
import type { Reason } from "./reason.ts";

/** Who has a Pod name a pull secret. */
export type NamedBy = "pod" | "serviceAccount" | "pullcred";

/** One of a Pod's pull secrets. */
export type ExplainedSecret = {
  readonly name: string;
  readonly from: NamedBy;
  /** The mapping whose copies have the name. */
  readonly mapping: string | null;
  /** Null where kubelet reads it, or nobody could look. */
  readonly problem: string | null;
};

/** Something that decides over an image's pull, and that most people do not expect. */
export type Trap = { readonly kind: TrapKind; readonly message: string };

export const TrapKind = {
  /** One of the Pod's pull secrets fails every pull. */
  PullFails: "PullFails",
  /** What could not be read may change the order. */
  SecretNotRead: "SecretNotRead",
  /** The pull secrets of the ServiceAccount, which the API server puts before pullcred's, are not known. */
  ServiceAccountNotRead: "ServiceAccountNotRead",
  /** kubelet pulls without a credential. */
  Anonymous: "Anonymous",
  /** If these credentials and those of the node are refused, the pull fails, even of a public image. */
  NoAnonymousFallback: "NoAnonymousFallback",
} as const;

export type TrapKind = (typeof TrapKind)[keyof typeof TrapKind];

/** An image of a Pod, as `explain -o json` prints it. */
export type PodImageExplanation = ImageExplanation & {
  /** Where the Pod has it, for example `spec.containers[0].image`. */
  readonly places: readonly string[];
  readonly credentials: readonly CredentialStep[];
  readonly traps: readonly Trap[];
};

/** How a Pod is read and served. */
export type PodExplanation = {
  readonly pod: {
    readonly name: string | null;
    readonly namespace: string;
    /** The decision of the webhook; of a Pod that was made without what it needs, what `audit` finds. */
    readonly reason: Reason | typeof FindingKind.NotInjected;
    /** Whether it was made already, so that its pull secrets are what they are. */
    readonly isMade: boolean;
    readonly pullSecrets: readonly ExplainedSecret[];
    /** What it would get, too, if it were made anew; its pull secrets cannot change. */
    readonly missing: readonly string[];
    /** What it does not get because its ServiceAccount does not let its Pods name it. */
    readonly forbidden: readonly string[];
  };
  readonly images: readonly PodImageExplanation[];
};

/** A pull secret of a Pod, and where it comes from. */
export type SecretToExplain = NamedSecret & {
  readonly from: NamedBy;
  /** Why no new copy can be made of its mapping's origin; null where one can, or need not. */
  readonly originProblem: string | null;
};

/** A Pod's pull secrets with what was found of them, and what was decided of the Pod. */
export type PodToExplain = {
  readonly pod: Pod;
  readonly name: string | null;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly reason: Reason;
  readonly isLeftAlone: boolean;
  readonly isMade: boolean;
  readonly secrets: readonly SecretToExplain[];
  /** The ServiceAccount whose pull secrets the Pod will have, and nobody could read; null where there is none. */
  readonly unreadAccount: string | null;
  /** What it lacks by the decision. */
  readonly missing: readonly string[];
  readonly forbidden: readonly string[];
};

/** Explains a Pod, image by image. */
export function explainPod(explained: PodToExplain, config: CompiledConfig): PodExplanation {
  const { pod, name, namespace, labels, reason, isLeftAlone, isMade, secrets, forbidden } = explained;
  const missing = isMade ? explained.missing : [];
  const places = new Map<string, string[]>();
  visitImages(pod.spec, (image, list, index) => {
    places.set(image, [...(places.get(image) ?? []), placeOf(list, index)]);
  });
  return {
    pod: {
      name,
      namespace,
      reason: missing.length > 0 ? FindingKind.NotInjected : reason,
      isMade,
      pullSecrets: secrets.map((secret) => explainSecret(secret, config)),
      missing,
      forbidden,
    },
    images: [...places].map(([image, found]) => {
      const explanation = explainImage(image, namespace, labels, config);
      const { reference } = explanation;
      const credentials = reference === null ? [] : explainCredentials(repositoryName(reference), secrets);
      const traps = reference === null ? [] : findTraps(credentials, explained);
      const served = isLeftAlone ? withoutMappings(explanation) : explanation;
      return { ...served, places: found, credentials, traps };
    }),
  };
}

function explainSecret(
  { name, from, found, originProblem }: SecretToExplain,
  { mappings }: CompiledConfig,
): ExplainedSecret {
  const mapping = mappings.find(({ secretName }) => secretName === name)?.name ?? null;
  return { name, from, mapping, problem: problemOf(found, originProblem) };
}

function problemOf(found: NamedSecret["found"], originProblem: string | null): string | null {
  const why = originProblem === null ? "" : `: ${originProblem}`;
  switch (found.kind) {
    case "read":
      return originProblem === null ? null : `is the last copy that could be made${why}`;
    case "ignored":
      return `kubelet passes over it: it ${found.message}`;
    case "refused":
      return `kubelet fails every pull of the Pod: ${joinProblems(found.problems)}`;
    case "missing":
      return originProblem === null
        ? "is not there: kubelet passes over it"
        : `is not there, and cannot be made${why}; kubelet passes over it`;
    case "unread":
      return `was not read: its keys are not known${originProblem === null ? "" : `; ${originProblem}`}`;
  }
}

function findTraps(
  credentials: readonly CredentialStep[],
  { secrets, unreadAccount }: PodToExplain,
): readonly Trap[] {
  const broken = secrets.filter(({ found }) => found.kind === "refused").map(({ name }) => name);
  if (broken.length > 0) {
    const message = `kubelet pulls nothing for this Pod, not even a public image, because of ${broken.join(", ")}`;
    return [{ kind: TrapKind.PullFails, message }];
  }
  const traps: Trap[] = [];
  const unread = secrets.filter(({ found }) => found.kind === "unread").map(({ name }) => name);
  if (unread.length > 0) {
    const message = `the keys of ${unread.join(", ")} are not known, and may come anywhere in the order`;
    traps.push({ kind: TrapKind.SecretNotRead, message });
  }
  if (unreadAccount !== null) {
    const message = `the pull secrets of ServiceAccount ${unreadAccount} are not known: those it has come before pullcred's`;
    traps.push({ kind: TrapKind.ServiceAccountNotRead, message });
  }
  if (credentials.some(({ isUsed }) => isUsed)) {
    const message =
      "if neither these nor what the node has are accepted, the pull fails: kubelet never goes on without a credential";
    traps.push({ kind: TrapKind.NoAnonymousFallback, message });
  } else if (unread.length === 0 && unreadAccount === null) {
    const message =
      "no key is for the image: kubelet pulls with what the node has, else without a credential";
    traps.push({ kind: TrapKind.Anonymous, message });
  }
  return traps;
}
