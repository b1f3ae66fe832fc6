import type { TencentConfig } from "./tencent-schema.ts";

/** The hosts of a registry as far as its config tells: none where it is only known by its ID. */
export function tencentMatchImages({ registryName }: TencentConfig): readonly string[] {
  if (registryName === undefined) return [];
  return [`${registryName}.tencentcloudcr.com`, `${registryName}-vpc.tencentcloudcr.com`];
}
