/** A part of AWS with hosts of its own, in which accounts of the others do not exist. */
export type Partition = {
  readonly id: string;
  /** Ends the hosts of its APIs and registries. */
  readonly dnsSuffix: string;
  /** Ends the hosts of its registries that also have an IPv6 address; undefined where there are none. */
  readonly dualStackSuffix?: string;
};

// https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json, and the hosts of amazon-ecr-credential-helper
const AWS: Partition = { id: "aws", dnsSuffix: "amazonaws.com", dualStackSuffix: "on.aws" };
const OTHERS: readonly (readonly [string, Partition])[] = [
  ["cn-", { id: "aws-cn", dnsSuffix: "amazonaws.com.cn", dualStackSuffix: "on.amazonwebservices.com.cn" }],
  ["us-gov-", { ...AWS, id: "aws-us-gov" }],
  ["us-iso-", { id: "aws-iso", dnsSuffix: "c2s.ic.gov" }],
  ["us-isob-", { id: "aws-iso-b", dnsSuffix: "sc2s.sgov.gov" }],
  ["eu-isoe-", { id: "aws-iso-e", dnsSuffix: "cloud.adc-e.uk" }],
  ["us-isof-", { id: "aws-iso-f", dnsSuffix: "csp.hci.ic.gov" }],
  ["eusc-", { id: "aws-eusc", dnsSuffix: "amazonaws.eu", dualStackSuffix: "on.amazonwebservices.eu" }],
];

/** The partition that a region is in. */
export function partitionOf(region: string): Partition {
  return OTHERS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? AWS;
}
