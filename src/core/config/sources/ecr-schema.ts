import type { XStatic } from "typebox/schema";
import type { Immutable } from "../schema.ts";
import type { ObjectSchema } from "../schema-node.ts";
import { awsAssumeRoleSchema, awsAuthSchema } from "./aws-identity-schema.ts";
import { cloudEndpoint, cloudRegion } from "./cloud-api-schema.ts";

/** Which private registries of ECR, and as whom AWS is asked for their token. */
export const ecrSchema = {
  type: "object",
  description:
    "Amazon Elastic Container Registry: a token of 12 hours, renewed ahead of its end. It is good for every private " +
    "registry of the region that the role may pull from; `ecr:GetAuthorizationToken` has to be allowed on all resources.",
  required: ["region"],
  additionalProperties: false,
  properties: {
    region: {
      ...cloudRegion,
      expected: 'a region such as "eu-central-1"',
      description: "The registries' region.",
      examples: ["eu-central-1"],
    },
    accounts: {
      type: "array",
      minItems: 1,
      expected: "a list of AWS account IDs",
      description: "The accounts that the registries belong to. Their hosts are made of it.",
      examples: [["123456789012"]],
      items: {
        type: "string",
        pattern: "^[0-9]{12}$",
        expected: "an account ID of 12 digits, in quotes",
        description: "An account.",
      },
    },
    endpoint: {
      ...cloudEndpoint,
      description: "The endpoint of ECR's API, such as a FIPS or VPC endpoint.",
      defaultsTo: "api.ecr.REGION.amazonaws.com",
      examples: ["ecr-fips.us-east-1.amazonaws.com"],
    },
    stsEndpoint: {
      ...cloudEndpoint,
      description: "The endpoint of the Security Token Service, where roles are assumed.",
      defaultsTo: "sts.REGION.amazonaws.com",
      examples: ["sts-fips.us-east-1.amazonaws.com"],
    },
    auth: awsAuthSchema,
    assumeRole: awsAssumeRoleSchema,
  },
} as const satisfies ObjectSchema;

/** The `ecr` of a mapping's credentials. */
export type EcrConfig = Immutable<XStatic<typeof ecrSchema>>;
