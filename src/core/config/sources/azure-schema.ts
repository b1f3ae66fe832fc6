import type { XStatic } from "typebox/schema";
import type { ObjectSchema, TextSchema } from "../schema-node.ts";
import { cloudEndpoint } from "./cloud-api-schema.ts";

const uuid = {
  type: "string",
  pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
  expected: 'an ID such as "6b6c8a8e-1f2a-4c8e-9d3b-2f1a0c9e7d55"',
  examples: ["6b6c8a8e-1f2a-4c8e-9d3b-2f1a0c9e7d55"],
} as const satisfies Omit<TextSchema, "description">;

/** Which registry of Azure, and as whom Entra ID is asked for its token. */
export const azureSchema = {
  type: "object",
  description:
    "Azure Container Registry: a token of a few hours, renewed ahead of its end. The identity needs the role `AcrPull` on " +
    "the registry, or `Container Registry Repository Reader` where that has permissions for each repository (ABAC).",
  required: ["registry"],
  additionalProperties: false,
  properties: {
    registry: {
      type: "string",
      pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$",
      expected: 'the login server of a registry such as "acme.azurecr.io"',
      description: "The registry's login server.",
      examples: ["acme.azurecr.io"],
    },
    endpoint: {
      ...cloudEndpoint,
      description: "Where the registry itself is asked for its token, if not at its login server.",
      defaultsTo: "the login server",
      examples: ["acme.germanywestcentral.geo.azurecr.io"],
    },
    audience: {
      type: "string",
      minLength: 1,
      expected: "the address that names an API",
      default: "https://containerregistry.azure.net",
      description:
        "For whom the token of Entra ID is. Where an identity cannot get one for the registry's API, " +
        "`https://management.azure.com` works if the registry allows it.",
      examples: ["https://management.azure.com"],
    },
    auth: {
      type: "object",
      description: "As whom to ask: exactly one of these.",
      defaultsTo: "`workloadIdentity` where its environment variables are set, `managedIdentity` elsewhere",
      required: [],
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        workloadIdentity: {
          type: "object",
          description:
            "The application or managed identity that pullcred's own ServiceAccount is federated with; " +
            "`AZURE_AUTHORITY_HOST` tells of which cloud.",
          required: [],
          additionalProperties: false,
          properties: {
            clientId: {
              ...uuid,
              description: "The identity's client ID.",
              defaultsTo: "the environment variable `AZURE_CLIENT_ID`",
            },
            tenantId: {
              ...uuid,
              description: "The tenant that it is in.",
              defaultsTo: "the environment variable `AZURE_TENANT_ID`",
            },
            tokenFile: {
              type: "string",
              minLength: 1,
              format: "file-path",
              expected: "the path of a file",
              description: "The projected token, whose audience must be `api://AzureADTokenExchange`.",
              defaultsTo: "the environment variable `AZURE_FEDERATED_TOKEN_FILE`",
              examples: ["/var/run/secrets/azure/tokens/azure-identity-token"],
            },
          },
        },
        managedIdentity: {
          type: "object",
          description:
            "A managed identity of the node, such as AKS' kubelet identity, by its metadata service.",
          required: [],
          additionalProperties: false,
          properties: {
            clientId: {
              ...uuid,
              description: "The client ID of a user-assigned identity.",
              defaultsTo: "the only identity that the node has",
            },
          },
        },
      },
    },
  },
} as const satisfies ObjectSchema;

/** The `azure` of a mapping's credentials. */
export type AzureConfig = XStatic<typeof azureSchema>;
