import type { AuditWorld } from "../../core/audit/audit-world.ts";
import type { AuditedPod } from "../../core/audit/audited-pod.ts";
import type { Finding } from "../../core/audit/finding.ts";
import type { ServiceAccount } from "../../core/service-account/read-service-account.ts";

/** What is audited, and by what. */
export type AuditInput = {
  readonly world: AuditWorld;
  /** What is known before the first Pod is seen. */
  readonly findings: readonly Finding[];
  readonly serviceAccounts: readonly NamedServiceAccount[];
  /** Pods in batches, whose namespaces, Secrets and ServiceAccounts the world knows by then. */
  pods(): AsyncIterable<readonly AuditedPod[]>;
  close(): void;
};

export type NamedServiceAccount = {
  readonly namespace: string;
  readonly name: string;
  readonly account: ServiceAccount;
};
