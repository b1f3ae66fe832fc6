import type { XStatic } from "typebox/schema";
import { dnsSubdomain } from "../names-schema.ts";
import type { ObjectSchema, TextSchema } from "../schema-node.ts";
import { cloudEndpoint, cloudRegion, externalId } from "./cloud-api-schema.ts";

const roleArn = {
  type: "string",
  pattern: "^acs:ram::[0-9]+:role/.+$",
  expected: 'the ARN of a RAM role such as "acs:ram::1234567890123456:role/acr-puller"',
  examples: ["acs:ram::1234567890123456:role/acr-puller"],
} as const satisfies Omit<TextSchema, "description">;

/** From 15 minutes to 12 hours, which is what STS allows. */
const sessionDuration = {
  type: "string",
  pattern:
    "^(([1-9]|1[0-2])h|(1[5-9]|[2-9][0-9]|[1-6][0-9]{2}|7[01][0-9]|720)m|" +
    "(9[0-9]{2}|[1-9][0-9]{3}|[1-3][0-9]{4}|4[0-2][0-9]{3}|43[01][0-9]{2}|43200)s)$",
  expected: 'a duration from 15 minutes to 12 hours such as "1h", "90m" or "3600s"',
  default: "1h",
  examples: ["1h"],
} as const satisfies Omit<TextSchema, "description">;

/** Where Alibaba Cloud's API is, and as whom it is asked for the credentials of which registry. */
export const alibabaSchema = {
  type: "object",
  description:
    "Alibaba Cloud Container Registry: a token of an hour, renewed ahead of its end. An Enterprise instance is named by " +
    "`instanceId`, `instanceName` or both; without either it is the region's Personal Edition. Personal instances made " +
    "since 2024-09-09 (`crpi-….personal.cr.aliyuncs.com`) have no such tokens: use `secretRef` for them.",
  required: ["region"],
  additionalProperties: false,
  properties: {
    region: { ...cloudRegion, description: "The registry's region.", examples: ["cn-hangzhou"] },
    instanceId: {
      type: "string",
      pattern: "^cri-[a-z0-9]+$",
      expected: 'the ID of an Enterprise instance such as "cri-xkx6vujuhay0abcd"',
      description: "The Enterprise instance's ID. Without it the instance is looked for by its name.",
      examples: ["cri-xkx6vujuhay0abcd"],
    },
    instanceName: {
      type: "string",
      pattern: "^[a-z0-9]([-a-z0-9]{0,28}[a-z0-9])?$",
      expected: "the name of an Enterprise instance: 3 to 30 lower-case letters, digits and hyphens",
      description:
        "The Enterprise instance's name, which its registry's hosts start with. Where `matchImages` is not written, the " +
        "mapping is for these hosts, and the instance's other domains get the token as well.",
      examples: ["acme"],
    },
    network: {
      type: "string",
      enum: ["public", "vpc"],
      default: "public",
      description:
        "Which of the API's endpoints to use: `public` is `cr.REGION.aliyuncs.com` and `sts.REGION.aliyuncs.com`, `vpc` " +
        "is `cr-vpc.…` and `sts-vpc.…`, which need no way to the internet.",
    },
    endpoint: {
      ...cloudEndpoint,
      description: "Container Registry's endpoint, where it is neither of these.",
      defaultsTo: "that of `network`",
      examples: ["cr-vpc.cn-hangzhou.aliyuncs.com"],
    },
    stsEndpoint: {
      ...cloudEndpoint,
      description: "The Security Token Service's endpoint, where it is neither of these.",
      defaultsTo: "that of `network`",
      examples: ["sts-vpc.cn-hangzhou.aliyuncs.com"],
    },
    auth: {
      type: "object",
      description: "As whom to ask: exactly one of these.",
      defaultsTo: "`rrsa` where its environment variables are set, `ramRole` elsewhere",
      required: [],
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        rrsa: {
          type: "object",
          description:
            "The RAM role of pullcred's own ServiceAccount (RRSA): its projected token is exchanged by AssumeRoleWithOIDC.",
          required: [],
          additionalProperties: false,
          properties: {
            roleArn: {
              ...roleArn,
              description: "The role to assume.",
              defaultsTo: "the environment variable `ALIBABA_CLOUD_ROLE_ARN`",
            },
            oidcProviderArn: {
              type: "string",
              pattern: "^acs:ram::[0-9]+:oidc-provider/.+$",
              expected:
                'the ARN of an OIDC provider such as "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1"',
              description: "The cluster's OIDC provider.",
              defaultsTo: "the environment variable `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`",
              examples: ["acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1"],
            },
            tokenFile: {
              type: "string",
              minLength: 1,
              format: "file-path",
              expected: "the path of a file",
              description: "The projected token, whose audience must be `sts.aliyuncs.com`.",
              defaultsTo: "the environment variable `ALIBABA_CLOUD_OIDC_TOKEN_FILE`",
              examples: ["/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token"],
            },
            sessionDuration: { ...sessionDuration, description: "How long the role's session is to last." },
          },
        },
        ramRole: {
          type: "object",
          description: "The RAM role of the node (ECS instance), by its metadata server.",
          required: [],
          additionalProperties: false,
          properties: {
            name: {
              type: "string",
              pattern: "^[A-Za-z0-9.-]{1,64}$",
              expected: 'the name of a RAM role such as "KubernetesWorkerRole-1a2b"',
              description: "The role's name.",
              defaultsTo: "the one that the node has",
              examples: ["KubernetesWorkerRole-1a2b"],
            },
          },
        },
        secretRef: {
          type: "object",
          description:
            "An access key, in a Secret in pullcred's own namespace with the keys `accessKeyId` and `accessKeySecret`, and " +
            "`securityToken` where it is a temporary one.",
          required: ["name"],
          additionalProperties: false,
          properties: {
            name: { ...dnsSubdomain, description: "The Secret's name.", examples: ["alibaba-keys"] },
          },
        },
      },
    },
    assumeRole: {
      type: "object",
      description:
        "A further role that is assumed as the one above, such as one of the account that the registry belongs to.",
      required: ["roleArn"],
      additionalProperties: false,
      properties: {
        roleArn: { ...roleArn, description: "The role to assume." },
        externalId,
        sessionDuration: { ...sessionDuration, description: "How long the role's session is to last." },
      },
    },
  },
} as const satisfies ObjectSchema;

/** The `alibaba` of a mapping's credentials. */
export type AlibabaConfig = XStatic<typeof alibabaSchema>;
