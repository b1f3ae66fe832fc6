import type { XStatic } from "typebox/schema";
import type { Immutable } from "../schema.ts";
import type { ObjectSchema } from "../schema-node.ts";

/** Which registries of Google, and as whom they are asked for a token. */
export const garSchema = {
  type: "object",
  description:
    "Google Artifact Registry: an access token of an hour at most, renewed ahead of its end. " +
    "`roles/artifactregistry.reader` has to be granted on the repositories. A service account's key does not belong " +
    "here: it has no end; if it has to be, use `secretRef` with the username `_json_key`.",
  required: [],
  additionalProperties: false,
  properties: {
    locations: {
      type: "array",
      minItems: 1,
      expected: "a list of locations",
      description: "Where the repositories are. Their hosts are made of it.",
      examples: [["europe-west3", "europe"]],
      items: {
        type: "string",
        pattern: "^[a-z]+(-[a-z0-9]+)*$",
        expected: 'a region or multi-region such as "europe-west3" or "europe"',
        description: "A region or multi-region.",
      },
    },
    auth: {
      type: "object",
      description: "As whom to ask: exactly one of these.",
      defaultsTo: "`metadata`",
      required: [],
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        metadata: {
          type: "object",
          description:
            "The metadata server: in GKE the service account that pullcred's own ServiceAccount is bound to (Workload " +
            "Identity Federation for GKE), elsewhere one of the virtual machine.",
          required: [],
          additionalProperties: false,
          properties: {
            serviceAccount: {
              type: "string",
              pattern: "^(default|[^@/\\s]+@[^@/\\s]+)$",
              expected: '"default" or the email address of a service account',
              default: "default",
              description: "Which of the machine's service accounts.",
              examples: ["puller@my-project.iam.gserviceaccount.com"],
            },
          },
        },
        credentialConfig: {
          type: "object",
          description:
            "Workload identity federation, for clusters elsewhere: a credential configuration of type `external_account` " +
            "whose source is a file, such as a projected ServiceAccount token. " +
            "`gcloud iam workload-identity-pools create-cred-config` writes it; it holds no secret.",
          required: ["path"],
          additionalProperties: false,
          properties: {
            path: {
              type: "string",
              minLength: 1,
              format: "file-path",
              expected: "the path of a file",
              description: "The file's path.",
              examples: ["/etc/pullcred/google/credential-configuration.json"],
            },
          },
        },
      },
    },
  },
} as const satisfies ObjectSchema;

/** The `gar` of a mapping's credentials. */
export type GarConfig = Immutable<XStatic<typeof garSchema>>;
