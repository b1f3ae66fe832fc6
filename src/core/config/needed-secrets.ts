import type { CredentialsConfig } from "./schema.ts";

/** The Secrets in pullcred's own namespace that a source reads: the credential itself, or the keys to ask for one. */
export function neededSecrets(credentials: CredentialsConfig): readonly string[] {
  if ("secretRef" in credentials) return [credentials.secretRef.name];
  return Object.values(credentials).flatMap((source) => {
    const auth = "auth" in source ? source.auth : undefined;
    return auth !== undefined && "secretRef" in auth && auth.secretRef ? [auth.secretRef.name] : [];
  });
}
