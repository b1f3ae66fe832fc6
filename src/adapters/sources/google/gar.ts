import { readFile } from "node:fs/promises";
import type { AccessToken } from "../../../core/cloud/google/access-token.ts";
import { parseCredentialConfig } from "../../../core/cloud/google/credential-config.ts";
import { type GarConfig, garSchema } from "../../../core/config/sources/gar-schema.ts";
import type { CredentialSource, SourceResult } from "../../../core/credential/source.ts";
import { watchFile } from "../../files/watch-file.ts";
import { toCloudResult } from "../cloud-result.ts";
import { federatedToken } from "./federated-token.ts";
import { metadataToken } from "./metadata-token.ts";
import type { TokenClient } from "./token-request.ts";

export type GarOptions = TokenClient & {
  readonly config: GarConfig;
  readonly matchImages: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
};

/** With it, the password is an access token. (https://cloud.google.com/artifact-registry/docs/docker/authentication#token) */
const USERNAME = "oauth2accesstoken";
const { serviceAccount: account } = garSchema.properties.auth.properties.metadata.properties;

/** Google Artifact Registry as a source of credentials. */
export function garSource(options: GarOptions): CredentialSource {
  const { auth } = options.config;
  return auth?.credentialConfig === undefined
    ? metadataSource(options, auth?.metadata?.serviceAccount ?? account.default)
    : federatedSource(options, auth.credentialConfig.path);
}

function metadataSource(options: GarOptions, serviceAccount: string): CredentialSource {
  return {
    read: async (signal) => toResult(options, await metadataToken({ ...options, serviceAccount }, signal)),
    watch: () => () => undefined,
  };
}

function federatedSource(options: GarOptions, path: string): CredentialSource {
  return {
    async read(signal) {
      const text = await readText(path, signal);
      if (text === null) return { kind: "missing", message: `there is no file ${path}: mount it` };
      const parsed = parseCredentialConfig(text);
      if (!parsed.ok) return { kind: "broken", problems: [{ path, message: parsed.problem }] };
      return toResult(options, await federatedToken(options, parsed.config, signal));
    },
    watch: (onChange) => watchFile(path, onChange),
  };
}

function toResult({ matchImages, clock }: GarOptions, { token, expiresAt }: AccessToken): SourceResult {
  return toCloudResult({ username: USERNAME, password: token, expiresAt }, matchImages, clock.now());
}

/** The text of a file; null where there is none. */
async function readText(path: string, signal?: AbortSignal): Promise<string | null> {
  try {
    return await readFile(path, { encoding: "utf8", ...(signal && { signal }) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
