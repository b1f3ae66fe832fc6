import { partitionOf } from "../../cloud/aws/partition.ts";
import type { EcrConfig } from "./ecr-schema.ts";

/** The hosts of the accounts' registries, each by every name that it has; of all accounts where none is written. */
export function ecrMatchImages({ region, accounts = ["*"] }: EcrConfig): readonly string[] {
  const { dnsSuffix, dualStackSuffix } = partitionOf(region);
  // The regions of the United States have endpoints of FIPS 140-3.
  const labels = region.startsWith("us-") ? ["ecr", "ecr-fips"] : ["ecr"];
  return accounts.flatMap((account) => [
    ...labels.map((label) => `${account}.dkr.${label}.${region}.${dnsSuffix}`),
    ...(dualStackSuffix === undefined
      ? []
      : labels.map((label) => `${account}.dkr-${label}.${region}.${dualStackSuffix}`)),
  ]);
}

/** The hosts of Amazon's public registry; the second one also has an IPv6 address. */
export function ecrPublicMatchImages(): readonly string[] {
  return ["public.ecr.aws", "ecr-public.aws.com"];
}
