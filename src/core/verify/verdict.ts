/** What trying a credential came to: the same words in the output of `verify`, metrics and tests. */
export const Verdict = {
  /** The registry gave the manifest, or without an image, let the credential in. */
  Works: "Works",
  /** The registry, or its token service, refused the credential itself. */
  WrongCredentials: "WrongCredentials",
  /** The credential is good, and may not pull this image. */
  NoPullRight: "NoPullRight",
  /** The registry has no such image, or hides it from this credential. */
  NotFound: "NotFound",
  /** Nothing was learned: the registry was busy, broken, slow, or could not be reached or trusted. */
  Inconclusive: "Inconclusive",
  /** There is no credential to try, and the image cannot be pulled without one, or should not be. */
  NoCredential: "NoCredential",
  /** What the Pod calls an image is none, so that kubelet never pulls it. */
  InvalidImage: "InvalidImage",
} as const;

export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** A verdict with its cause, in words that hold no credential and nothing that a registry said. */
export type Outcome = { readonly verdict: Verdict; readonly detail: string };

/** One line of what `verify` prints, and one entry of its `results`. */
export type VerifyResult = Outcome & {
  /** As a Pod has it; null where only the credential was tried. */
  readonly image: string | null;
  /** As image references name it; null where the image names none. */
  readonly registry: string | null;
  /** Whose credential it is; null where no mapping has one. */
  readonly mapping: string | null;
  readonly secretName: string | null;
  /** The key of `auths` under which the credential stands. */
  readonly key: string | null;
};

/** Nothing was learned, and why. */
export function inconclusive(detail: string): Outcome {
  return { verdict: Verdict.Inconclusive, detail };
}

/** There is nothing to try, and why. */
export function noCredential(problem: string): Outcome {
  return { verdict: Verdict.NoCredential, detail: `there is no credential: ${problem}` };
}
