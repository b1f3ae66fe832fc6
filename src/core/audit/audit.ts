import type { ServiceAccount } from "../service-account/read-service-account.ts";
import type { AuditWorld } from "./audit-world.ts";
import type { AuditedPod } from "./audited-pod.ts";
import { type Finding, FindingKind, toFinding } from "./finding.ts";
import { judgePod } from "./judge-pod.ts";

/** An audit under way. It remembers which mappings were met, and no Pod. */
export type Audit = {
  pod(pod: AuditedPod): readonly Finding[];
  /** A ServiceAccount, of which only those matter that enforce mountable secrets. */
  serviceAccount(namespace: string, name: string, account: ServiceAccount): readonly Finding[];
  /** What can be said only when everything was seen. */
  end(): readonly Finding[];
};

/** Begins an audit. */
export function createAudit(world: AuditWorld): Audit {
  const { mappings } = world.config;
  const used = new Set<string>();
  return {
    pod(pod) {
      const judged = judgePod(pod, world);
      for (const { name } of judged.used) used.add(name);
      return judged.findings;
    },
    serviceAccount(namespace, name, { mountable }) {
      if (mountable === "any" || namespace === world.ownNamespace) return [];
      const { labels } = world.namespace(namespace);
      const withheld = mappings
        .filter(
          ({ secretName, namespaces }) => !mountable.has(secretName) && namespaces.allows(namespace, labels),
        )
        .map(({ secretName }) => secretName);
      if (withheld.length === 0) return [];
      const message = `ServiceAccount ${name} enforces mountable secrets: its Pods cannot get ${withheld.join(", ")}`;
      const remedy =
        "list in its imagePullSecrets what its Pods need; its annotation is deprecated since Kubernetes 1.32";
      const kind = FindingKind.MountableSecretsEnforced;
      return [toFinding({ kind, severity: "info", namespace, name, message, remedy })];
    },
    end: () =>
      mappings
        .filter(({ name }) => !used.has(name))
        .map(({ name, secretName }) =>
          toFinding({
            kind: FindingKind.MappingUnused,
            severity: "info",
            mapping: name,
            secretName,
            message: `no Pod has an image that mapping ${name} is for, in a namespace that may have it`,
            remedy: "remove the mapping if none is to come",
          }),
        ),
  };
}
