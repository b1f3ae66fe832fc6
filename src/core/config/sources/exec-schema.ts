import type { XStatic } from "typebox/schema";
import { API_VERSIONS } from "../../credential-provider/api-version.ts";
import type { Immutable } from "../schema.ts";
import type { ObjectSchema, TextSchema } from "../schema-node.ts";

const environmentName = {
  type: "string",
  pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
  expected: "the name of an environment variable",
} as const satisfies Omit<TextSchema, "description">;

/** A kubelet credential provider, with the words of kubelet's CredentialProviderConfig. */
export const execSchema = {
  type: "object",
  description:
    "Any credential provider plugin for kubelet: a program that is asked for an image on standard input and answers on " +
    "standard output. It has a minute. What its `cacheDuration` promises counts as its credential's lifetime.",
  required: ["command"],
  additionalProperties: false,
  properties: {
    command: {
      type: "string",
      minLength: 1,
      format: "file-path",
      expected: "the path of a program, or its name on the PATH",
      description: "The plugin: its path, or its name where it is on the `PATH`.",
      examples: ["/usr/local/bin/ecr-credential-provider"],
    },
    args: {
      type: "array",
      default: [],
      description: "What it is called with.",
      items: { type: "string", description: "One argument." },
      examples: [["get-credentials"]],
    },
    env: {
      type: "array",
      default: [],
      description: "Environment variables to set. No credential may stand here: use `passEnv`.",
      items: {
        type: "object",
        description: "One environment variable.",
        required: ["name", "value"],
        additionalProperties: false,
        properties: {
          name: { ...environmentName, description: "Its name.", examples: ["AWS_PROFILE"] },
          value: { type: "string", description: "Its value.", examples: ["registry"] },
        },
      },
    },
    passEnv: {
      type: "array",
      default: [],
      description:
        "Environment variables of pullcred that the plugin gets as well. Without them it gets `PATH` and `HOME` only.",
      items: { ...environmentName, description: "The variable's name." },
      examples: [["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"]],
    },
    apiVersion: {
      type: "string",
      enum: API_VERSIONS,
      default: "credentialprovider.kubelet.k8s.io/v1",
      description: "The version of the API that the plugin speaks.",
    },
    image: {
      type: "string",
      minLength: 1,
      format: "image-repository",
      expected: 'an image without tag and digest such as "harbor.example.com/team-a/app"',
      description:
        "The image that the plugin is asked for. Has to be written where the host of a pattern has a wildcard.",
      defaultsTo: "one image for each of `matchImages`",
      examples: ["123456789012.dkr.ecr.eu-central-1.amazonaws.com/app"],
    },
    defaultCacheDuration: {
      type: "string",
      format: "go-duration",
      expected: 'a duration such as "12h" or "1h30m"',
      default: "10m",
      description:
        "How long its credential is good if the plugin doesn't say so. Under a minute it counts as having no end, and the " +
        "plugin is asked every minute.",
    },
  },
} as const satisfies ObjectSchema;

/** The `exec` of a mapping's credentials. */
export type ExecConfig = Immutable<XStatic<typeof execSchema>>;
