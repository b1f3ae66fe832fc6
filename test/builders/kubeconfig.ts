type KubeconfigParts = {
  /** Instead of the token of user `u`. */
  readonly user?: object;
  /** Over the server of cluster `c`. */
  readonly cluster?: object;
  /** Instead of cluster `c` and user `u` in context `x`. */
  readonly context?: object;
  /** Instead of context `x`. */
  readonly current?: string;
};

/** The text of a kubeconfig with one context, which is sound but for the parts. */
export function kubeconfigText(parts: KubeconfigParts = {}): string {
  const { user = { token: "t" }, cluster, context = { cluster: "c", user: "u" }, current = "x" } = parts;
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": current,
    contexts: [{ name: "x", context }],
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1", ...cluster } }],
    users: [{ name: "u", user }],
  };
  return JSON.stringify(kubeconfig, null, 2);
}
