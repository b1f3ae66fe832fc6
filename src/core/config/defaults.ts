import { defaultMatchImages } from "./default-match-images.ts";
import { namespacesSchema } from "./namespaces-schema.ts";
import { registrySchema } from "./registry-schema.ts";
import {
  type Config,
  type ConfigDocument,
  type CredentialsConfig,
  configSchema,
  type NamespacesConfig,
  type NamespacesDocument,
  type RegistryConfig,
  type RegistryDocument,
} from "./schema.ts";

/** The config with everything that is not written. Takes only what has passed every check. */
export function applyDefaults(document: ConfigDocument): Config {
  return {
    ...document,
    provisioning: document.provisioning ?? configSchema.properties.provisioning.default,
    registries: document.registries.map(completeRegistry),
  };
}

/** The name of a mapping's Secrets where none is written. */
export function defaultSecretName(mapping: string): string {
  return `pullcred-${mapping}`;
}

/** Out of reach unless `include` says otherwise: the namespaces of Kubernetes itself. */
const SYSTEM_NAMESPACES = "kube-*";

/**
 * The namespace rules with what is not written. An `include` that is written has nothing taken away from it, and writing
 * an `exclude` never gives a namespace more.
 */
export function completeNamespaces(document: NamespacesDocument = {}): NamespacesConfig {
  const { include, exclude } = namespacesSchema.properties;
  const written = document.exclude ?? exclude.default;
  return {
    include: document.include ?? include.default,
    exclude: document.include === undefined ? [SYSTEM_NAMESPACES, ...written] : written,
    selector: document.selector ?? {},
  };
}

function completeRegistry(document: RegistryDocument): RegistryConfig {
  // The schema's type cannot say "exactly one"; its check has.
  const credentials = document.credentials as CredentialsConfig;
  return {
    ...document,
    matchImages: document.matchImages ?? defaultMatchImages(credentials),
    secretName: document.secretName ?? defaultSecretName(document.name),
    inject: document.inject ?? registrySchema.properties.inject.default,
    namespaces: completeNamespaces(document.namespaces),
    credentials,
  };
}
