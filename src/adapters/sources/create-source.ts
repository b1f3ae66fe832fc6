import type { CredentialsConfig } from "../../core/config/schema.ts";
import type { CredentialSource } from "../../core/credential/source.ts";
import type { SecretStore } from "../../core/secret/secret-store.ts";
import type { Clock } from "../../core/time/clock.ts";
import { cloudSource } from "./cloud-source.ts";
import { configFileSource } from "./config-file.ts";
import { execSource } from "./exec/exec-source.ts";
import { secretRefSource } from "./secret-ref.ts";

type Template = { readonly matchImages: readonly string[]; readonly credentials: CredentialsConfig };
type Context = {
  readonly secrets: SecretStore;
  readonly ownNamespace: string;
  /** What credential helpers and plugins are run with, and where a cloud's roles are told. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
};

/** Makes the source that a mapping's `credentials` name. */
export function createSource({ matchImages, credentials }: Template, context: Context): CredentialSource {
  const { secrets, ownNamespace, environment, clock } = context;
  if ("secretRef" in credentials) {
    const { name } = credentials.secretRef;
    return secretRefSource({ store: secrets, namespace: ownNamespace, name, matchImages });
  }
  if ("configFile" in credentials) {
    const { path } = credentials.configFile;
    return configFileSource({ path, matchImages, helper: { environment }, clock });
  }
  if ("exec" in credentials) return execSource({ config: credentials.exec, matchImages, environment, clock });
  return cloudSource(credentials, { ...context, matchImages });
}
