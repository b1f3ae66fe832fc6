import type { Mapping } from "../config/compile.ts";
import { type Decision, decide } from "../policy/decide.ts";
import { findLacks } from "../policy/lacking.ts";
import { keepMountable } from "../policy/mountable.ts";
import { isLeftAlone } from "../policy/reason.ts";
import type { AuditWorld } from "./audit-world.ts";
import type { AuditedPod } from "./audited-pod.ts";
import { type Finding, FindingKind, type FindingParts, toFinding } from "./finding.ts";
import { judgeImages } from "./judge-images.ts";
import { judgePullSecrets } from "./judge-pull-secrets.ts";
import { againRemedy } from "./remedy.ts";

/** What there is to say of a Pod, and which mappings its images may use. */
export type PodJudgement = { readonly findings: readonly Finding[]; readonly used: readonly Mapping[] };

/** Judges a Pod by what the webhook would decide if the Pod were made now. */
export function judgePod(audited: AuditedPod, world: AuditWorld): PodJudgement {
  const { pod, namespace } = audited;
  const wanted = decide(pod, world.namespace(namespace), world.ownNamespace, world.config);
  const account = pod.spec.serviceAccountName || "default";
  const { decision, forbidden } = keepMountable(wanted, world.mountable(namespace, account));
  const parts: FindingParts[] = [
    ...findUninjected(audited, decision, world),
    ...wanted.needed.filter(({ secretName }) => forbidden.includes(secretName)).map(toForbidden(account)),
    ...judgePullSecrets(audited, wanted.needed, world),
  ];
  if (!isLeftAlone(wanted.reason)) parts.push(...judgeImages(audited, wanted, world));
  const { name, owner } = audited;
  return {
    findings: parts.map((part) => toFinding({ namespace, name, owner, ...part })),
    used: wanted.needed,
  };
}

function findUninjected(
  audited: AuditedPod,
  decision: Decision,
  { config }: AuditWorld,
): readonly FindingParts[] {
  return findLacks(audited.pod, decision, config).map(({ mapping: { name, secretName }, images }) => {
    const [image = null] = images;
    const isFailing = images.some((one) => audited.failing.has(one));
    const what =
      image === null
        ? `which mapping ${name} gives every Pod of the namespace (inject: always)`
        : `which it needs for ${image} (mapping ${name})`;
    const common = { kind: FindingKind.NotInjected, mapping: name, secretName, image };
    if (!audited.isMade) {
      return {
        ...common,
        severity: "info",
        message: `does not name pull secret ${secretName}, ${what}`,
        remedy: "leave it to the webhook, or add it with pullcred inject",
      };
    }
    return {
      ...common,
      severity: isFailing ? "error" : image === null ? "info" : "warning",
      message: `was made without pull secret ${secretName}, ${what}`,
      remedy: againRemedy(audited),
    };
  });
}

function toForbidden(account: string): (mapping: Mapping) => FindingParts {
  return ({ name, secretName }) => ({
    kind: FindingKind.SecretNotMountable,
    severity: "warning",
    mapping: name,
    secretName,
    message:
      `needs pull secret ${secretName}, which ServiceAccount ${account} does not let its Pods name: it enforces ` +
      "mountable secrets",
    remedy: `add ${secretName} to the ServiceAccount's imagePullSecrets, and make the Pod anew`,
  });
}
