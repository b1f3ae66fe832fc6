import type { XStatic } from "typebox/schema";
import type { ObjectSchema } from "../schema-node.ts";
import { awsAssumeRoleSchema, awsAuthSchema } from "./aws-identity-schema.ts";
import { cloudEndpoint } from "./cloud-api-schema.ts";

/** As whom AWS is asked for a token of the public registry. */
export const ecrPublicSchema = {
  type: "object",
  description:
    "Amazon's public registry `public.ecr.aws` and `ecr-public.aws.com`, with a token of 12 hours, renewed ahead of its end: pulls with it have " +
    "higher limits. `ecr-public:GetAuthorizationToken` and `sts:GetServiceBearerToken` have to be allowed.",
  required: [],
  additionalProperties: false,
  properties: {
    endpoint: {
      ...cloudEndpoint,
      description: "The endpoint of the API.",
      default: "api.ecr-public.us-east-1.amazonaws.com",
      examples: ["ecr-public.us-east-1.api.aws"],
    },
    stsEndpoint: {
      ...cloudEndpoint,
      description: "The endpoint of the Security Token Service, where roles are assumed.",
      defaultsTo: "sts.REGION.amazonaws.com",
      examples: ["sts.eu-central-1.amazonaws.com"],
    },
    auth: awsAuthSchema,
    assumeRole: awsAssumeRoleSchema,
  },
} as const satisfies ObjectSchema;

/** The `ecrPublic` of a mapping's credentials. */
export type EcrPublicConfig = XStatic<typeof ecrPublicSchema>;
