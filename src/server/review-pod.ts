import type { Logger } from "pino";
import type { Metrics } from "../adapters/observability/metrics.ts";
import { pullSecretPatch } from "../core/admission/patch.ts";
import { allow, allowUnchanged, type ReviewAnswer } from "../core/admission/response.ts";
import type { ReviewRequest } from "../core/admission/review.ts";
import {
  limitWarnings,
  warnCopy,
  warnForbidden,
  warnUndecided,
  warnUnreadable,
} from "../core/admission/warnings.ts";
import type { CompiledConfig, Mapping } from "../core/config/compile.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import type { CopyOutcome } from "../core/copy/ensure-copy.ts";
import { bareNamespace, type Namespace, unknownNamespace } from "../core/namespace/namespace.ts";
import type { NamespaceStore } from "../core/namespace/namespace-store.ts";
import type { Pod } from "../core/pod/pod.ts";
import { readPod } from "../core/pod/read-pod.ts";
import { type Decision, decide } from "../core/policy/decide.ts";
import { visitMappingReasons } from "../core/policy/mapping-reasons.ts";
import { keepMountable, type MountableDecision } from "../core/policy/mountable.ts";
import { Reason } from "../core/policy/reason.ts";
import type { MountableSecrets, ServiceAccounts } from "../core/service-account/mountable-secrets.ts";
import type { RecentDecisions } from "../core/status/recent-decisions.ts";
import { logBystander, logReview, nameOf } from "./log-review.ts";
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

/** The review is well formed, but its object is not a Pod that an API server would send. */
export class MalformedPodError extends Error {
  override readonly name = "MalformedPodError";
}

/** (kubernetes, pkg/apis/core/validation: ValidateServiceAccountName) */
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const CURRENT: CopyOutcome = { result: CopyResult.Current };

/**
 * Answers a review: decides, makes the copies stand, then builds the patch. Where everything is known already, as for
 * nearly every review, nothing is waited for.
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
export async function reviewPod(
  deps: ReviewDependencies,
  request: ReviewRequest,
  deadline: number,
): Promise<ReviewAnswer> {
  const start = performance.now();
  const bystander = isBystander(request);
  if (bystander !== null) {
    deps.metrics.reviews.count(bystander);
    const answer = allowUnchanged(request.uid, bystander);
    logBystander(deps.log, request, answer);
    return answer;
  }
  if (request.namespace === "") throw new MalformedPodError("request.namespace must be set");
  const read = readPod(request.object, "request.object");
  if (!read.ok) throw new MalformedPodError(read.problem);
  const { pod } = read;
  // A manifest may hold a placeholder there; here it becomes part of a path.
  if (!isServiceAccountName(pod.spec.serviceAccountName || "default"))
    throw new MalformedPodError("request.object.spec.serviceAccountName must be a DNS subdomain");

  // All that is waited for shares the deadline.
  let left = deadline;
  const wait = async <T>(promise: Promise<T>): Promise<T> => {
    const result = await promise;
    left = Math.max(0, deadline - (performance.now() - start));
    return result;
  };
  const namespace =
    deps.namespaces.peek(request.namespace) ?? (await wait(findNamespace(deps, request.namespace, left)));
  const wanted = decide(pod, namespace, deps.ownNamespace, deps.config());
  const restricted = restrict(deps, pod, namespace, wanted, left);
  const { decision, forbidden } = restricted instanceof Promise ? await wait(restricted) : restricted;
  const isKnown = decision.needed.every((mapping) => deps.copies.isKnownCurrent(mapping, namespace));
  const outcomes = isKnown
    ? decision.needed.map(() => CURRENT)
    : await Promise.all(
        decision.needed.map((mapping) => deps.copies.ensure(mapping, namespace, request.dryRun, left)),
      );
  const answer = allow(request.uid, {
    reason: decision.reason,
    secrets: decision.needed.map((mapping) => mapping.secretName),
    patch: pullSecretPatch(pod.spec.imagePullSecrets, decision.missing, "/spec"),
    warnings: limitWarnings([
      ...warnCopies(decision.needed, outcomes),
      ...forbidden.map(warnForbidden),
      ...decision.undecided.map(({ secretName }) => warnUndecided(secretName)),
      ...warnUnreadable(decision.unreadable),
    ]),
  });
  const seconds = (performance.now() - start) / 1_000;
  deps.metrics.reviews.count(decision.reason);
  deps.metrics.reviews.observe(seconds);
  visitMappingReasons(wanted, decision, ({ name }, reason) => deps.metrics.decisions.count(name, reason));
  deps.decisions?.add({
    namespace: namespace.name,
    pod: nameOf(pod),
    reason: decision.reason,
    added: decision.missing,
    copies: outcomes.map(({ result }) => result),
    dryRun: request.dryRun,
    seconds,
  });
  logReview(deps.log, { request, answer, pod, wanted, decision, outcomes, seconds });
  return answer;
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

/** Leaves out what the Pod's ServiceAccount forbids. One that cannot be asked in time forbids nothing, as nearly all do. */
function restrict(
  { serviceAccounts, log }: ReviewDependencies,
  pod: Pod,
  { name: namespace }: Namespace,
  decision: Decision,
  deadline: number,
): MountableDecision | Promise<MountableDecision> {
  if (decision.missing.length === 0) return { decision, forbidden: [] };
  const account = pod.spec.serviceAccountName || "default";
  const keep = (mountable: MountableSecrets | undefined): MountableDecision =>
    keepMountable(decision, mountable ?? "any");
  const known = serviceAccounts.peek(namespace, account);
  if (known !== undefined) return keep(known);
  return withinDeadline(serviceAccounts.get(namespace, account), deadline, (err) =>
    log.warn({ namespace, account, err }, "could not look up a ServiceAccount"),
  ).then(keep);
}

function warnCopies(needed: readonly Mapping[], outcomes: readonly CopyOutcome[]): readonly string[] {
  return needed.flatMap((mapping, index) => {
    const outcome = outcomes[index];
    const warning = outcome && warnCopy(outcome.result, mapping.name, mapping.secretName);
    return warning ? [warning] : [];
  });
}
