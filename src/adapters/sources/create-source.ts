import type { CredentialsConfig } from "../../core/config/schema.ts";
import type { CredentialSource } from "../../core/credential/source.ts";
import type { SecretStore } from "../../core/secret/secret-store.ts";
import type { Clock } from "../../core/time/clock.ts";
import { configFileSource } from "./config-file.ts";
import { secretRefSource } from "./secret-ref.ts";

type Template = { readonly matchImages: readonly string[]; readonly credentials: CredentialsConfig };
type Context = {
  readonly secrets: SecretStore;
  readonly ownNamespace: string;
  /** What credential helpers are run with. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
};

/** Makes the source that a mapping's `credentials` name. */
export function createSource({ matchImages, credentials }: Template, context: Context): CredentialSource {
  if ("secretRef" in credentials) {
    const { name } = credentials.secretRef;
    return secretRefSource({ store: context.secrets, namespace: context.ownNamespace, name, matchImages });
  }
  const { path } = credentials.configFile;
  return configFileSource({
    path,
    matchImages,
    helper: { environment: context.environment },
    clock: context.clock,
  });
}
