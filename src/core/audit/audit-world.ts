import type { CompiledConfig } from "../config/compile.ts";
import type { Namespace } from "../namespace/namespace.ts";
import type { MountableSecrets } from "../service-account/mountable-secrets.ts";
import type { PullSecretFacts } from "./pull-secret-facts.ts";

/** What Pods are judged by: looked up in advance, so that the judgement is pure. */
export type AuditWorld = {
  readonly config: CompiledConfig;
  readonly ownNamespace: string;
  namespace(name: string): Namespace;
  /** "missing" where there is none, "unknown" where nobody could look. */
  pullSecret(namespace: string, name: string): PullSecretFacts | "missing" | "unknown";
  /** Whether some mapping is for the registry, with whatever repositories. */
  covers(registry: string): boolean;
  mountable(namespace: string, serviceAccount: string): MountableSecrets;
};
