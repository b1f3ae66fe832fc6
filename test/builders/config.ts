import { type CompiledConfig, compileConfig } from "../../src/core/config/compile.ts";
import { parseConfig } from "../../src/core/config/parse-config.ts";

type RegistryParts = {
  name: string;
  matchImages?: readonly string[];
  secretName?: string;
  inject?: "matching" | "always";
  namespaces?: object;
  credentials?: object;
};

/** The text of a config with these registries, whose credentials are secretRefs unless they say otherwise. */
export function configText(registries: readonly RegistryParts[], provisioning = "onDemand"): string {
  return JSON.stringify({
    apiVersion: "pullcred.dev/v1",
    kind: "Config",
    provisioning,
    registries: registries.map((registry) => ({
      credentials: { secretRef: { name: `${registry.name}-creds` } },
      ...registry,
    })),
  });
}

/** A compiled config with these registries. */
export function config(registries: readonly RegistryParts[], provisioning = "onDemand"): CompiledConfig {
  const parsed = parseConfig(configText(registries, provisioning));
  if (!parsed.ok) throw new Error(`the test's config has issues: ${JSON.stringify(parsed.issues)}`);
  return compileConfig(parsed.config);
}
