import type { AzureConfig } from "./azure-schema.ts";

/** The registry's login server. */
export function azureMatchImages({ registry }: AzureConfig): readonly string[] {
  return [registry];
}
