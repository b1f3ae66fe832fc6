import type { Logger } from "pino";
import type { ReviewAnswer } from "../core/admission/response.ts";
import type { ReviewRequest } from "../core/admission/review.ts";
import { readTraceId } from "../core/admission/trace-id.ts";
import type { CopyResult } from "../core/copy/copy-result.ts";
import type { Pod } from "../core/pod/pod.ts";
import type { Decision } from "../core/policy/decide.ts";
import { type MappingReason, visitMappingReasons } from "../core/policy/mapping-reasons.ts";
import type { ReviewCall } from "./review-pod.ts";

/** What a review came to. */
export type FinishedReview = {
  readonly request: ReviewRequest;
  readonly traceparent: string | undefined;
  readonly answer: ReviewAnswer;
  readonly pod: Pod;
  /** What the config says. */
  readonly wanted: Decision;
  /** What the ServiceAccount left of it. */
  readonly decision: Decision;
  /** What became of the copies of what is needed. */
  readonly copies: () => readonly CopyResult[];
  readonly seconds: number;
};

/**
 * Logs a review in one line: the decision, and why it is so for each mapping that the Pod concerns. Nearly every review is
 * routine, and formatting a line for each would cost more than the decision; with a warning it is told in any case.
 */
export function logReview(log: Logger, review: FinishedReview): void {
  const { request, traceparent, answer, pod, wanted, decision, copies, seconds } = review;
  const { warnings, auditAnnotations } = answer.response;
  const level = warnings === undefined ? "debug" : "info";
  if (!log.isLevelEnabled(level)) return;
  const mappings: Record<string, MappingReason> = {};
  visitMappingReasons(wanted, decision, ({ name }, reason) => {
    mappings[name] = reason;
  });
  log[level](
    {
      uid: request.uid,
      trace: readTraceId(traceparent),
      namespace: request.namespace,
      pod: nameOf(pod),
      reason: decision.reason,
      mappings,
      secrets: auditAnnotations.secrets,
      added: decision.missing.length,
      copies: copies(),
      unreadable: decision.unreadable.length,
      dryRun: request.dryRun,
      seconds,
    },
    "review",
  );
}

/** Logs that a request was none of pullcred's business. */
export function logBystander(log: Logger, { request, traceparent }: ReviewCall, answer: ReviewAnswer): void {
  if (!log.isLevelEnabled("debug")) return;
  const { uid, namespace } = request;
  const { reason } = answer.response.auditAnnotations;
  log.debug({ uid, trace: readTraceId(traceparent), namespace, reason }, "review");
}

/** Pods of controllers have no name yet when they pass admission. */
export function nameOf({ metadata }: Pod): string {
  return metadata?.name || metadata?.generateName || "";
}
