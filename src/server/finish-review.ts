import { encodePullSecretPatch } from "../core/admission/encode-patch.ts";
import { allow, type ReviewAnswer } from "../core/admission/response.ts";
import type { ReviewRequest } from "../core/admission/review.ts";
import {
  limitWarnings,
  warnCopy,
  warnForbidden,
  warnUndecided,
  warnUnreadable,
} from "../core/admission/warnings.ts";
import type { Mapping } from "../core/config/compile.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import type { CopyOutcome } from "../core/copy/ensure-copy.ts";
import type { Pod } from "../core/pod/pod.ts";
import type { Decision } from "../core/policy/decide.ts";
import { visitMappingReasons } from "../core/policy/mapping-reasons.ts";
import type { MountableDecision } from "../core/policy/mountable.ts";
import { logReview, nameOf } from "./log-review.ts";
import type { ReviewDependencies } from "./review-pod.ts";

/** A review of which everything is known but its answer. */
export type DecidedReview = {
  readonly request: ReviewRequest;
  readonly traceparent: string | undefined;
  readonly pod: Pod;
  /** What the config says. */
  readonly wanted: Decision;
  /** What the ServiceAccount left of it. */
  readonly kept: MountableDecision;
  /** What became of the copies of what is needed; `current` where all were known to be. */
  readonly outcomes: "current" | readonly CopyOutcome[];
  /** When it began, by `performance.now()`. */
  readonly start: number;
};

const NONE: readonly never[] = [];

/**
 * Builds the answer, counts and logs it. Lists are made only where there is something in them: between one review and the
 * next a processor has forgotten this code and its data, so that each allocation costs a multiple of what it does in a loop.
 */
export function finishReview(deps: ReviewDependencies, review: DecidedReview): ReviewAnswer {
  const { request, traceparent, pod, wanted, kept, start } = review;
  const { decision } = kept;
  const answer = allow(request.uid, {
    reason: decision.reason,
    secrets: joinNames(decision.needed),
    patch: encodePullSecretPatch(pod.spec.imagePullSecrets, decision.missing),
    warnings: isRoutine(review) ? NONE : collectWarnings(review),
  });
  const seconds = (performance.now() - start) / 1_000;
  deps.metrics.reviews.count(decision.reason);
  deps.metrics.reviews.observe(seconds);
  visitMappingReasons(wanted, decision, ({ name }, reason) => deps.metrics.decisions.count(name, reason));
  deps.decisions?.add({
    namespace: request.namespace,
    pod: nameOf(pod),
    reason: decision.reason,
    added: decision.missing,
    copies: resultsOf(review),
    dryRun: request.dryRun,
    seconds,
  });
  logReview(deps.log, {
    request,
    traceparent,
    answer,
    pod,
    wanted,
    decision,
    copies: () => resultsOf(review),
    seconds,
  });
  return answer;
}

function joinNames(needed: readonly Mapping[]): string {
  const [only] = needed;
  if (only === undefined) return "";
  return needed.length === 1 ? only.secretName : needed.map(({ secretName }) => secretName).join(",");
}

function isRoutine({ outcomes, kept: { decision, forbidden } }: DecidedReview): boolean {
  return (
    outcomes === "current" &&
    forbidden.length === 0 &&
    decision.undecided.length === 0 &&
    decision.unreadable.length === 0
  );
}

function collectWarnings({ outcomes, kept: { decision, forbidden } }: DecidedReview): readonly string[] {
  return limitWarnings([
    ...(outcomes === "current" ? [] : warnCopies(decision.needed, outcomes)),
    ...forbidden.map(warnForbidden),
    ...decision.undecided.map(({ secretName }) => warnUndecided(secretName)),
    ...warnUnreadable(decision.unreadable),
  ]);
}

function warnCopies(needed: readonly Mapping[], outcomes: readonly CopyOutcome[]): readonly string[] {
  return needed.flatMap((mapping, index) => {
    const outcome = outcomes[index];
    const warning = outcome && warnCopy(outcome.result, mapping.name, mapping.secretName);
    return warning ? [warning] : [];
  });
}

function resultsOf({ outcomes, kept }: DecidedReview): readonly CopyResult[] {
  return outcomes === "current"
    ? kept.decision.needed.map(() => CopyResult.Current)
    : outcomes.map(({ result }) => result);
}
