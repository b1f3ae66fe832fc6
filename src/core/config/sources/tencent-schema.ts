import type { XStatic } from "typebox/schema";
import { dnsSubdomain } from "../names-schema.ts";
import type { ObjectSchema } from "../schema-node.ts";
import { cloudEndpoint, cloudRegion } from "./cloud-api-schema.ts";

/** Where Tencent Cloud's API is, and as whom it is asked for the credentials of which registry. */
export const tencentSchema = {
  type: "object",
  description:
    "Tencent Container Registry, Enterprise Edition: a temporary token of an hour, renewed ahead of its end. The Personal " +
    "Edition (`ccr.ccs.tencentyun.com`) has no such tokens: use `secretRef` for it.",
  required: ["region", "registryId"],
  additionalProperties: false,
  properties: {
    region: { ...cloudRegion, description: "The registry's region.", examples: ["ap-guangzhou"] },
    registryId: {
      type: "string",
      pattern: "^tcr-[a-z0-9]+$",
      expected: 'the ID of a registry such as "tcr-1a2b3c4d"',
      description: "The registry's ID.",
      examples: ["tcr-1a2b3c4d"],
    },
    registryName: {
      type: "string",
      pattern: "^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$",
      expected: "the name of a registry: lower-case letters, digits and hyphens",
      description: "The registry's name, which its hosts start with.",
      examples: ["acme"],
    },
    endpoint: {
      ...cloudEndpoint,
      description:
        "The registry API's endpoint, such as the one for private networks or the international site.",
      default: "tcr.tencentcloudapi.com",
      examples: ["tcr.internal.tencentcloudapi.com", "tcr.intl.tencentcloudapi.com"],
    },
    stsEndpoint: {
      ...cloudEndpoint,
      description: "The Security Token Service's endpoint, which `oidc` needs.",
      default: "sts.tencentcloudapi.com",
      examples: ["sts.internal.tencentcloudapi.com"],
    },
    auth: {
      type: "object",
      description: "As whom to ask: exactly one of these.",
      defaultsTo: "`oidc` where its environment variables are set, `camRole` elsewhere",
      required: [],
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        oidc: {
          type: "object",
          description:
            "The CAM role of pullcred's own ServiceAccount: its projected token is exchanged by AssumeRoleWithWebIdentity.",
          required: [],
          additionalProperties: false,
          properties: {
            roleArn: {
              type: "string",
              pattern: "^qcs::cam::uin/[0-9]+:roleName/.+$",
              expected: 'the ARN of a CAM role such as "qcs::cam::uin/100012345678:roleName/tcr-puller"',
              description: "The role to assume.",
              defaultsTo: "the environment variable `TKE_ROLE_ARN`",
              examples: ["qcs::cam::uin/100012345678:roleName/tcr-puller"],
            },
            providerId: {
              type: "string",
              minLength: 1,
              expected: "the name of an OIDC identity provider",
              description: "The cluster's OIDC identity provider.",
              defaultsTo: "the environment variable `TKE_PROVIDER_ID`",
              examples: ["cls-1a2b3c4d"],
            },
            tokenFile: {
              type: "string",
              minLength: 1,
              format: "file-path",
              expected: "the path of a file",
              description: "The projected token.",
              defaultsTo: "the environment variable `TKE_WEB_IDENTITY_TOKEN_FILE`",
              examples: ["/var/run/secrets/cloud.tencent.com/serviceaccount/token"],
            },
          },
        },
        camRole: {
          type: "object",
          description: "The CAM role of the node (CVM instance), by its metadata server.",
          required: [],
          additionalProperties: false,
          properties: {
            name: {
              type: "string",
              pattern: "^[\\w.-]{1,128}$",
              expected: 'the name of a CAM role such as "TKE_QCSRole"',
              description: "The role's name.",
              defaultsTo: "the one that the node has",
              examples: ["TKE_QCSRole"],
            },
          },
        },
        secretRef: {
          type: "object",
          description:
            "An API key, in a Secret in pullcred's own namespace with the keys `secretId` and `secretKey`, and `token` " +
            "where it is a temporary one.",
          required: ["name"],
          additionalProperties: false,
          properties: {
            name: { ...dnsSubdomain, description: "The Secret's name.", examples: ["tencent-keys"] },
          },
        },
      },
    },
  },
} as const satisfies ObjectSchema;

/** The `tencent` of a mapping's credentials. */
export type TencentConfig = XStatic<typeof tencentSchema>;
