import { OURS } from "./kube-secret.ts";

/** The manifest of a pull secret with a credential for these keys. */
export function pullSecret(
  name: string,
  servers: readonly string[],
  { namespace = "team-a", isCopy = false } = {},
): { readonly kind: string; readonly [key: string]: unknown } {
  const auths = Object.fromEntries(
    servers.map((server) => [server, { username: "robot", password: "hunter2" }]),
  );
  return pullSecretOf(name, JSON.stringify({ auths }), { namespace, isCopy });
}

/** The same with any text in it. */
export function pullSecretOf(
  name: string,
  text: string,
  { namespace = "team-a", isCopy = false } = {},
): { readonly kind: string; readonly [key: string]: unknown } {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, ...(isCopy && { labels: OURS }) },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from(text).toString("base64") },
  };
}
