/**
 * The pull secrets that the Pods of a ServiceAccount may name. "any", unless it carries the annotation
 * `kubernetes.io/enforce-mountable-secrets: "true"`: then the API server refuses a Pod that names one which is not among
 * the ServiceAccount's own, also when a webhook added it.
 */
export type MountableSecrets = "any" | ReadonlySet<string>;

/** Port to the ServiceAccounts of a cluster. */
export type ServiceAccounts = {
  /** What is known without asking; undefined where the store would first have to look. */
  peek(namespace: string, name: string): MountableSecrets | undefined;
  get(namespace: string, name: string): Promise<MountableSecrets>;
};

/** Where there are no ServiceAccounts. */
export const noServiceAccounts: ServiceAccounts = { peek: () => "any", get: async () => "any" };
