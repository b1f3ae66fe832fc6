import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/** Of these the first that is true says how the Job ends, if not yet that it has. */
const ENDINGS = new Set<unknown>(["Complete", "Failed", "SuccessCriteriaMet", "FailureTarget"]);
const DEFAULT_BACKOFF_LIMIT = 6;

/**
 * Whether a Job may lose a Pod by an eviction. To the Job that is a failed attempt, and with one more of them than its
 * `backoffLimit` it has failed for good, together with its Pods that do well. Half of them are left to the Job's own failures.
 *
 * | the Job                                              | may lose a Pod                                  |
 * |------------------------------------------------------|-------------------------------------------------|
 * | is gone, another one, suspended, or at its end       | no: nobody would make another Pod               |
 * | has a `backoffLimitPerIndex`                         | no: how often an index has failed, it tells not |
 * | would fail by a rule of its `podFailurePolicy`       | no                                              |
 * | has failed, with this, for half its limit at most    | yes                                             |
 * | has failed, with this, more often                    | no                                              |
 *
 * (kubernetes, pkg/controller/job: isPodFailed, matchPodFailurePolicy, and exceedsBackoffLimit in syncJob)
 */
export function mayLosePod(job: JsonObject | undefined, uid: string): boolean {
  const { metadata, spec, status = {} } = job ?? {};
  if (!isJsonObject(metadata) || !isJsonObject(spec) || !isJsonObject(status)) return false;
  if (metadata.uid !== uid || isSet(metadata.deletionTimestamp) || spec.suspend === true) return false;
  if (isEnding(status.conditions) || isSet(spec.backoffLimitPerIndex)) return false;
  if (isFailedByEviction(spec.podFailurePolicy)) return false;
  const limit = Number(spec.backoffLimit ?? DEFAULT_BACKOFF_LIMIT);
  return countFailures(status) + 1 <= Math.floor(limit / 2);
}

function isEnding(conditions: unknown): boolean {
  return readObjects(conditions).some(({ type, status }) => status === "True" && ENDINGS.has(type));
}

/** A failure is noted by its Pod's uid first, and counted when that Pod may go. */
function countFailures({ failed, uncountedTerminatedPods: uncounted }: JsonObject): number {
  const noted = isJsonObject(uncounted) && Array.isArray(uncounted.failed) ? uncounted.failed.length : 0;
  return Number(failed ?? 0) + noted;
}

/**
 * The first rule that matches decides. An evicted Pod has the condition DisruptionTarget, and of containers that have never
 * run kubelet says in the end that they ended with code 137.
 */
function isFailedByEviction(policy: unknown): boolean {
  const first = readObjects(isJsonObject(policy) ? policy.rules : []).find(
    ({ action, onExitCodes, onPodConditions }) =>
      readObjects(onPodConditions).some(({ type }) => type === "DisruptionTarget") ||
      (action === "FailJob" && isSet(onExitCodes)),
  );
  return first?.action === "FailJob";
}

function readObjects(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
