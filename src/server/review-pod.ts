import type { Logger } from "pino";
import type { Metrics } from "../adapters/observability/metrics.ts";
import { pullSecretPatch } from "../core/admission/patch.ts";
import { allow, allowUnchanged, type ReviewAnswer } from "../core/admission/response.ts";
import type { ReviewRequest } from "../core/admission/review.ts";
import { warnCopy, warnUnreadable } from "../core/admission/warnings.ts";
import type { CompiledConfig, Mapping } from "../core/config/compile.ts";
import type { CopyOutcome } from "../core/copy/ensure-copy.ts";
import { bareNamespace, type Namespace } from "../core/namespace/namespace.ts";
import type { NamespaceStore } from "../core/namespace/namespace-store.ts";
import type { Pod } from "../core/pod/pod.ts";
import { readPod } from "../core/pod/read-pod.ts";
import { decide } from "../core/policy/decide.ts";
import { Reason } from "../core/policy/reason.ts";

/** What the answering of a review needs from outside. */
export type ReviewDependencies = {
  readonly config: () => CompiledConfig;
  readonly namespaces: NamespaceStore;
  readonly ownNamespace: string;
  readonly ensureCopy: (
    mapping: Mapping,
    namespace: Namespace,
    dryRun: boolean,
    deadline: number,
  ) => Promise<CopyOutcome>;
  readonly metrics: Metrics;
  readonly log: Logger;
};

/** The review is well formed, but its object is not a Pod that an API server would send. */
export class MalformedPodError extends Error {
  override readonly name = "MalformedPodError";
}

/**
 * Answers a review: decides, makes the copies stand, then builds the patch.
 *
 * | request                       | answer                         | written |
 * |-------------------------------|--------------------------------|---------|
 * | not about `pods`, a CREATE …  | allowed as it is               | nothing |
 * | Pod that needs nothing        | allowed as it is               | nothing |
 * | Pod that needs secrets        | allowed with patch             | copies  |
 * | the same, as a dry run        | the same                       | nothing |
 * | copy missing, late or foreign | allowed with patch and warning | —       |
 * | Pod with fields of odd types  | MalformedPodError              | nothing |
 */
export async function reviewPod(
  deps: ReviewDependencies,
  request: ReviewRequest,
  deadline: number,
): Promise<ReviewAnswer> {
  const start = performance.now();
  const bystander = isBystander(request);
  if (bystander !== null) {
    deps.metrics.reviews.inc({ reason: bystander });
    return allowUnchanged(request.uid, bystander);
  }
  if (request.namespace === "") throw new MalformedPodError("request.namespace must be set");
  const read = readPod(request.object, "request.object");
  if (!read.ok) throw new MalformedPodError(read.problem);

  const namespace = (await deps.namespaces.get(request.namespace)) ?? bareNamespace(request.namespace);
  const decision = decide(read.pod, namespace, deps.ownNamespace, deps.config());
  const outcomes = await Promise.all(
    decision.needed.map((mapping) => deps.ensureCopy(mapping, namespace, request.dryRun, deadline)),
  );
  const answer = allow(request.uid, {
    reason: decision.reason,
    secrets: decision.needed.map((mapping) => mapping.secretName),
    patch: pullSecretPatch(read.pod.spec.imagePullSecrets, decision.missing, "/spec"),
    warnings: [...warnUnreadable(decision.unreadable), ...warnCopies(decision.needed, outcomes)],
  });
  const seconds = (performance.now() - start) / 1_000;
  deps.metrics.reviews.inc({ reason: decision.reason });
  deps.metrics.reviewDuration.observe(seconds);
  // Nearly every review is routine; formatting a line for each would cost more than the decision.
  const level = answer.response.warnings === undefined ? "debug" : "info";
  if (deps.log.isLevelEnabled(level))
    deps.log[level](
      {
        uid: request.uid,
        namespace: namespace.name,
        pod: nameOf(read.pod),
        reason: decision.reason,
        secrets: answer.response.auditAnnotations.secrets,
        added: decision.missing.length,
        copies: outcomes.map(({ result }) => result),
        unreadable: decision.unreadable.length,
        dryRun: request.dryRun,
        seconds,
      },
      "review",
    );
  return answer;
}

/** Why the request is none of pullcred's business, or null. */
function isBystander(request: ReviewRequest): Reason | null {
  if (!request.isPod) return Reason.NotAPod;
  if (request.subResource !== "") return Reason.Subresource;
  return request.operation === "CREATE" ? null : Reason.NotACreate;
}

function warnCopies(needed: readonly Mapping[], outcomes: readonly CopyOutcome[]): readonly string[] {
  return needed.flatMap((mapping, index) => {
    const outcome = outcomes[index];
    const warning = outcome && warnCopy(outcome.result, mapping.name, mapping.secretName);
    return warning ? [warning] : [];
  });
}

// Pods of controllers have no name yet when they pass admission.
function nameOf({ metadata }: Pod): string {
  return metadata?.name || metadata?.generateName || "";
}
