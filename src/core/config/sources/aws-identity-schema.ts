import { dnsSubdomain } from "../names-schema.ts";
import type { ObjectSchema, TextSchema } from "../schema-node.ts";
import { externalId } from "./cloud-api-schema.ts";

const roleArn = {
  type: "string",
  pattern: "^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]+$",
  expected: 'the ARN of an IAM role such as "arn:aws:iam::123456789012:role/ecr-puller"',
  examples: ["arn:aws:iam::123456789012:role/ecr-puller"],
} as const satisfies Omit<TextSchema, "description">;

/** As whom AWS is asked. */
export const awsAuthSchema = {
  type: "object",
  description: "As whom to ask: exactly one of these.",
  defaultsTo:
    "`webIdentity` or `podIdentity` where their environment variables are set, `instanceRole` elsewhere",
  required: [],
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    webIdentity: {
      type: "object",
      description:
        "The IAM role of pullcred's own ServiceAccount (IRSA): its projected token is exchanged by " +
        "AssumeRoleWithWebIdentity.",
      required: [],
      additionalProperties: false,
      properties: {
        roleArn: {
          ...roleArn,
          description: "The role to assume.",
          defaultsTo: "the environment variable `AWS_ROLE_ARN`",
        },
        tokenFile: {
          type: "string",
          minLength: 1,
          format: "file-path",
          expected: "the path of a file",
          description: "The projected token, whose audience must be `sts.amazonaws.com`.",
          defaultsTo: "the environment variable `AWS_WEB_IDENTITY_TOKEN_FILE`",
          examples: ["/var/run/secrets/eks.amazonaws.com/serviceaccount/token"],
        },
      },
    },
    podIdentity: {
      type: "object",
      description:
        "The IAM role that an EKS Pod Identity association gives to pullcred's own ServiceAccount.",
      required: [],
      additionalProperties: false,
      properties: {},
    },
    instanceRole: {
      type: "object",
      description:
        "The IAM role of the node (EC2 instance), by version 2 of its metadata service, whose hop limit must be 2 at least.",
      required: [],
      additionalProperties: false,
      properties: {},
    },
    secretRef: {
      type: "object",
      description:
        "An access key, in a Secret in pullcred's own namespace with the keys `accessKeyId` and `secretAccessKey`, and " +
        "`sessionToken` where it is a temporary one.",
      required: ["name"],
      additionalProperties: false,
      properties: {
        name: { ...dnsSubdomain, description: "The Secret's name.", examples: ["aws-keys"] },
      },
    },
  },
} as const satisfies ObjectSchema;

/** A role that is assumed as another one. */
export const awsAssumeRoleSchema = {
  type: "object",
  description:
    "A further role that is assumed as the one above, such as one of the account that the registry belongs to.",
  required: ["roleArn"],
  additionalProperties: false,
  properties: {
    roleArn: { ...roleArn, description: "The role to assume." },
    externalId,
  },
} as const satisfies ObjectSchema;
