import type { Mapping } from "../config/compile.ts";
import { presentNames } from "../manifest/pod-template.ts";
import type { AuditWorld } from "./audit-world.ts";
import type { AuditedPod } from "./audited-pod.ts";
import { FindingKind, type FindingParts } from "./finding.ts";
import type { PullSecretFacts } from "./pull-secret-facts.ts";

/**
 * Judges the pull secrets that a Pod names; `needed` are the mappings that the webhook serves it by.
 *
 * | it                         | of a mapping, by its name               | any other one                   |
 * |----------------------------|-----------------------------------------|---------------------------------|
 * | is not there               | error; nothing if it comes with the Pod | warning: kubelet passes over it |
 * | cannot be read by kubelet  | error                                   | error: all pulls of the Pod     |
 * | is no pull secret          | warning                                 | warning                         |
 * | is not managed by pullcred | warning                                 | nothing                         |
 * | differs from its origin    | warning                                 | nothing                         |
 */
export function judgePullSecrets(
  audited: AuditedPod,
  needed: readonly Mapping[],
  world: AuditWorld,
): readonly FindingParts[] {
  const { pod, namespace, isMade } = audited;
  const names = new Set(presentNames(pod.spec.imagePullSecrets).filter((name) => name !== ""));
  const parts: FindingParts[] = [];
  for (const secretName of names) {
    const facts = world.pullSecret(namespace, secretName);
    if (facts === "unknown") continue;
    const mapping = world.config.mappings.find((one) => one.secretName === secretName)?.name;
    const about = { secretName, ...(mapping !== undefined && { mapping }) };
    if (facts !== "missing")
      parts.push(...judge(facts, secretName, mapping).map((one) => ({ ...about, ...one })));
    // Of what such a Pod needs, the webhook makes the copy when it sees the Pod.
    else if (isMade || !needed.some((one) => one.secretName === secretName))
      parts.push({ ...about, ...missing(secretName, mapping) });
  }
  return parts;
}

function missing(secretName: string, mapping: string | undefined): FindingParts {
  const message = `names pull secret ${secretName}, which is not in its namespace`;
  const kind = FindingKind.PullSecretMissing;
  if (mapping === undefined) {
    const remedy = `create Secret ${secretName}, or take its name out of imagePullSecrets`;
    return { kind, severity: "warning", message, remedy };
  }
  const remedy = `see pullcred's log for mapping ${mapping}, and whether it is allowed in the namespace`;
  return { kind, severity: "error", message, remedy };
}

function judge(
  { isManaged, isStale, reading, problem }: PullSecretFacts,
  secretName: string,
  mapping: string | undefined,
): readonly FindingParts[] {
  const parts: FindingParts[] = [];
  if (reading === "refused") {
    parts.push({
      kind: FindingKind.PullSecretBroken,
      severity: "error",
      message: `names pull secret ${secretName}, for which kubelet fails all its pulls: ${problem}`,
      remedy: "mend the Secret, or make the Pod anew without it",
    });
  }
  if (reading === "ignored") {
    parts.push({
      kind: FindingKind.PullSecretIgnored,
      severity: "warning",
      message: `names pull secret ${secretName}, which is of no use: it ${problem}`,
      remedy: "create it anew: kubectl create secret docker-registry",
    });
  }
  if (mapping === undefined) return parts;
  if (!isManaged) {
    parts.push({
      kind: FindingKind.PullSecretForeign,
      severity: "warning",
      message: `names pull secret ${secretName}, which stands where mapping ${mapping} has its copies and is not pullcred's`,
      remedy: "delete the Secret, and pullcred makes its own; or set another secretName",
    });
  } else if (isStale) {
    parts.push({
      kind: FindingKind.PullSecretStale,
      severity: "warning",
      message: `names pull secret ${secretName}, which differs from the origin of mapping ${mapping}`,
      remedy: "see whether pullcred runs and has a leader: it brings its copies up to date within seconds",
    });
  }
  return parts;
}
