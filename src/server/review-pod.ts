import type { Logger } from "pino";
import type { Metrics } from "../adapters/observability/metrics.ts";
import { allowUnchanged, type ReviewAnswer } from "../core/admission/response.ts";
import type { ReviewRequest } from "../core/admission/review.ts";
import type { CompiledConfig, Mapping } from "../core/config/compile.ts";
import type { CopyOutcome } from "../core/copy/ensure-copy.ts";
import { bareNamespace, type Namespace, unknownNamespace } from "../core/namespace/namespace.ts";
import type { NamespaceStore } from "../core/namespace/namespace-store.ts";
import type { Pod } from "../core/pod/pod.ts";
import { readPod } from "../core/pod/read-pod.ts";
import { type Decision, decide } from "../core/policy/decide.ts";
import { keepMountable, type MountableDecision } from "../core/policy/mountable.ts";
import { Reason } from "../core/policy/reason.ts";
import type { ServiceAccounts } from "../core/service-account/mountable-secrets.ts";
import type { RecentDecisions } from "../core/status/recent-decisions.ts";
import { finishReview } from "./finish-review.ts";
import { logBystander } from "./log-review.ts";
import { withinDeadline } from "./within-deadline.ts";

/** What makes copies stand while a review waits. */
export type Copies = {
  /** Whether the copy is known to be right, without asking. */
  isKnownCurrent(mapping: Mapping, namespace: Namespace): boolean;
  ensure(mapping: Mapping, namespace: Namespace, dryRun: boolean, deadline: number): Promise<CopyOutcome>;
};

/** What the answering of a review needs from outside. */
export type ReviewDependencies = {
  readonly config: () => CompiledConfig;
  readonly namespaces: NamespaceStore;
  readonly serviceAccounts: ServiceAccounts;
  readonly ownNamespace: string;
  readonly copies: Copies;
  readonly metrics: Metrics;
  /** Remembers what was decided, where somebody may look. */
  readonly decisions?: Pick<RecentDecisions, "add"> | undefined;
  readonly log: Logger;
};

/** A review, and what came with it in the HTTP request. */
export type ReviewCall = {
  readonly request: ReviewRequest;
  /** How long it may wait for what is not known yet, in milliseconds. */
  readonly deadline: number;
  /** The header, as it came. */
  readonly traceparent: string | undefined;
};

/** The review is well formed, but its object is not a Pod that an API server would send. */
export class MalformedPodError extends Error {
  override readonly name = "MalformedPodError";
}

/** (kubernetes, pkg/apis/core/validation: ValidateServiceAccountName) */
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Answers a review: decides, makes the copies stand, then builds the patch. Where everything is known already, as for
 * nearly every review, the answer is there at once, without a promise.
 *
 * | request                       | answer                         | written |
 * |-------------------------------|--------------------------------|---------|
 * | not about `pods`, a CREATE …  | allowed as it is               | nothing |
 * | Pod that needs nothing        | allowed as it is               | nothing |
 * | Pod that needs secrets        | allowed with patch             | copies  |
 * | the same, as a dry run        | the same                       | nothing |
 * | copy missing, late or foreign | allowed with patch and warning | —       |
 * | ServiceAccount forbids it     | allowed without, and a warning | nothing |
 * | namespace can't be looked up  | allowed without what its labels could forbid | by the leader |
 * | Pod with fields of odd types  | MalformedPodError              | nothing |
 */
export function reviewPod(deps: ReviewDependencies, call: ReviewCall): ReviewAnswer | Promise<ReviewAnswer> {
  const start = performance.now();
  const { request, traceparent } = call;
  const bystander = isBystander(request);
  if (bystander !== null) {
    deps.metrics.reviews.count(bystander);
    const answer = allowUnchanged(request.uid, bystander);
    logBystander(deps.log, call, answer);
    return answer;
  }
  if (request.namespace === "") throw new MalformedPodError("request.namespace must be set");
  const read = readPod(request.object, "request.object");
  if (!read.ok) throw new MalformedPodError(read.problem);
  const { pod } = read;
  // A manifest may hold a placeholder there; here it becomes part of a path.
  if (!isServiceAccountName(accountOf(pod)))
    throw new MalformedPodError("request.object.spec.serviceAccountName must be a DNS subdomain");

  const namespace = deps.namespaces.peek(request.namespace);
  if (namespace !== undefined) {
    const wanted = decide(pod, namespace, deps.ownNamespace, deps.config());
    const kept = restrictAsKnown(deps, pod, namespace, wanted);
    if (kept !== undefined && areKnownCurrent(deps, kept.decision.needed, namespace))
      return finishReview(deps, { request, traceparent, pod, wanted, kept, outcomes: "current", start });
  }
  return reviewPatiently(deps, call, pod, start);
}

/** Waits for what is not known yet: the namespace, the ServiceAccount, the copies. */
async function reviewPatiently(
  deps: ReviewDependencies,
  { request, deadline, traceparent }: ReviewCall,
  pod: Pod,
  start: number,
): Promise<ReviewAnswer> {
  // All of it shares the deadline.
  let left = deadline;
  const wait = async <T>(promise: Promise<T>): Promise<T> => {
    const result = await promise;
    left = Math.max(0, deadline - (performance.now() - start));
    return result;
  };
  const namespace =
    deps.namespaces.peek(request.namespace) ?? (await wait(findNamespace(deps, request.namespace, left)));
  const wanted = decide(pod, namespace, deps.ownNamespace, deps.config());
  const kept =
    restrictAsKnown(deps, pod, namespace, wanted) ??
    (await wait(restrict(deps, pod, namespace, wanted, left)));
  const { needed } = kept.decision;
  const outcomes = areKnownCurrent(deps, needed, namespace)
    ? "current"
    : await Promise.all(
        needed.map((mapping) => deps.copies.ensure(mapping, namespace, request.dryRun, left)),
      );
  return finishReview(deps, { request, traceparent, pod, wanted, kept, outcomes, start });
}

function areKnownCurrent(
  { copies }: ReviewDependencies,
  needed: readonly Mapping[],
  place: Namespace,
): boolean {
  for (const mapping of needed) if (!copies.isKnownCurrent(mapping, place)) return false;
  return true;
}

/** Why the request is none of pullcred's business, or null. */
function isBystander(request: ReviewRequest): Reason | null {
  if (!request.isPod) return Reason.NotAPod;
  if (request.subResource !== "") return Reason.Subresource;
  return request.operation === "CREATE" ? null : Reason.NotACreate;
}

/** Where there is no such namespace, there are no labels that could forbid something. */
async function findNamespace(
  { namespaces, log }: ReviewDependencies,
  name: string,
  deadline: number,
): Promise<Namespace> {
  const asked = namespaces.get(name).then((found) => found ?? bareNamespace(name));
  const found = await withinDeadline(asked, deadline, (err) =>
    log.warn({ namespace: name, err }, "could not look up a namespace"),
  );
  return found ?? unknownNamespace(name);
}

function isServiceAccountName(name: string): boolean {
  return name.length <= 253 && DNS_SUBDOMAIN.test(name);
}

/** Leaves out what the Pod's ServiceAccount forbids; undefined where that has to be looked up. */
function restrictAsKnown(
  { serviceAccounts }: ReviewDependencies,
  pod: Pod,
  { name: namespace }: Namespace,
  decision: Decision,
): MountableDecision | undefined {
  if (decision.missing.length === 0) return keepMountable(decision, "any");
  const known = serviceAccounts.peek(namespace, accountOf(pod));
  return known && keepMountable(decision, known);
}

/** The same, by looking. A ServiceAccount that cannot be asked in time forbids nothing, as nearly all do. */
async function restrict(
  { serviceAccounts, log }: ReviewDependencies,
  pod: Pod,
  { name: namespace }: Namespace,
  decision: Decision,
  deadline: number,
): Promise<MountableDecision> {
  const account = accountOf(pod);
  const found = await withinDeadline(serviceAccounts.get(namespace, account), deadline, (err) =>
    log.warn({ namespace, account, err }, "could not look up a ServiceAccount"),
  );
  return keepMountable(decision, found ?? "any");
}

function accountOf({ spec }: Pod): string {
  return spec.serviceAccountName || "default";
}
