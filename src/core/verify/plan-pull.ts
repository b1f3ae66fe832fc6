import type { Mapping } from "../config/compile.ts";
import type { Credentials } from "../credential/credentials.ts";
import { createKeyring, type KeyringEntry } from "../credential/keyring-lookup.ts";
import { describeServer } from "../credential/server-name.ts";
import { repositoryName } from "../image/reference.ts";
import type { Target } from "./target.ts";
import { type Outcome, Verdict, type VerifyResult } from "./verdict.ts";

/** What is known of each mapping's credentials, by its name: what they are, or what it means that there are none. */
export type KnownCredentials = ReadonlyMap<string, Credentials | Outcome>;

/** What there is to do about one image. */
export type PullPlan = {
  /** What is known without asking a registry. */
  readonly results: readonly VerifyResult[];
  /** The credentials to be tried, in kubelet's order, until one works. */
  readonly attempts: readonly KeyringEntry<Mapping>[];
  /** Whether the image is to be asked for without a credential, as kubelet does where no pull secret is for it. */
  readonly isAnonymous: boolean;
};

/** What may end otherwise with another pull secret of the Pod. */
const REFUSALS: ReadonlySet<Verdict> = new Set([
  Verdict.WrongCredentials,
  Verdict.NoPullRight,
  Verdict.NotFound,
  Verdict.NoCredential,
]);

/** Plans how to try an image as kubelet would. */
export function planPull(target: Target, known: KnownCredentials): PullPlan {
  const { reference, mappings, matching } = target;
  if (reference === null) {
    const detail = "this is no image reference, so that kubelet never pulls it: see explain";
    return settled([{ ...describeImage(target), verdict: Verdict.InvalidImage, detail }]);
  }
  const relevant = mappings.filter(({ name }) => matching.has(name));
  const results: VerifyResult[] = [];
  const secrets: { readonly owner: Mapping; readonly credentials: Credentials }[] = [];
  for (const mapping of mappings) {
    const found = known.get(mapping.name);
    if (found !== undefined && !("verdict" in found)) secrets.push({ owner: mapping, credentials: found });
    // A Secret that the Pod has for other images makes no difference to this one.
    else if (found !== undefined && relevant.includes(mapping))
      results.push({ ...describeImage(target, mapping), ...tellOfOthers(target, found) });
  }
  const attempts = createKeyring(secrets).lookUp(repositoryName(reference));
  if (attempts.length > 0) return { results, attempts, isAnonymous: false };
  if (relevant.length === 0) return { results, attempts, isAnonymous: true };
  const unserved = relevant.filter((mapping) => secrets.some(({ owner }) => owner === mapping));
  const consequence = target.others.length === 0 ? ", so that kubelet would pull without a credential" : "";
  const outcome = tellOfOthers(target, {
    verdict: Verdict.NoCredential,
    detail: `no key of the pull secret is for the image${consequence}`,
  });
  return settled([
    ...results,
    ...unserved.map((mapping) => ({ ...describeImage(target, mapping), ...outcome })),
  ]);
}

/** The result of one attempt. */
export function toResult(target: Target, entry: KeyringEntry<Mapping>, outcome: Outcome): VerifyResult {
  const described = { ...describeImage(target, entry.owner), key: describeServer(entry.server) };
  return { ...described, ...tellOfOthers(target, outcome) };
}

/** The result of an attempt without a credential. */
export function toAnonymousResult(target: Target, outcome: Outcome): VerifyResult {
  const result = { ...describeImage(target), ...tellOfOthers(target, outcome) };
  if (outcome.verdict !== Verdict.NoCredential) return result;
  const { others, matching } = target;
  if (others.length > 0) return { ...result, verdict: Verdict.Inconclusive };
  const [withheld] = matching;
  const why = withheld === undefined ? "no mapping matches" : `mapping ${withheld} gives the Pod none`;
  return { ...result, detail: `${outcome.detail}; ${why}` };
}

/** The Pod may pull all the same, with pull secrets that pullcred does not read. */
function tellOfOthers({ others }: Target, outcome: Outcome): Outcome {
  if (others.length === 0 || !REFUSALS.has(outcome.verdict)) return outcome;
  const hint = `the Pod has pull secrets of other hand, which were not tried: ${others.join(", ")}`;
  return { ...outcome, detail: `${outcome.detail}; ${hint}` };
}

function settled(results: readonly VerifyResult[]): PullPlan {
  return { results, attempts: [], isAnonymous: false };
}

type Described = Omit<VerifyResult, keyof Outcome>;

function describeImage({ image, reference }: Target, mapping?: Mapping): Described {
  return {
    image,
    registry: reference?.registry || null,
    mapping: mapping?.name ?? null,
    secretName: mapping?.secretName ?? null,
    key: null,
  };
}
