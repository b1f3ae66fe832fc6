import type { AlibabaConfig } from "./alibaba-schema.ts";

/** The hosts of Personal instances made before 2024-09-09; a region has the ones of its site and networks. */
const PERSONAL_HOSTS = [
  "registry",
  "registry-vpc",
  "registry-internal",
  "registry-intl",
  "registry-intl-vpc",
  "registry-intl-internal",
];

/**
 * The hosts of a registry as far as its config tells. None where an instance is only known by its ID: a pattern for all
 * instances of the region would send the token with images of others as well, whose public images it could not pull.
 */
export function alibabaMatchImages({ region, instanceId, instanceName }: AlibabaConfig): readonly string[] {
  if (instanceName !== undefined) {
    return [
      `${instanceName}-registry.${region}.cr.aliyuncs.com`,
      `${instanceName}-registry-vpc.${region}.cr.aliyuncs.com`,
    ];
  }
  return instanceId === undefined ? PERSONAL_HOSTS.map((host) => `${host}.${region}.aliyuncs.com`) : [];
}
