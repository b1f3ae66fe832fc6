import { dnsSubdomain } from "./names-schema.ts";
import type { ObjectSchema } from "./schema-node.ts";
import { alibabaSchema } from "./sources/alibaba-schema.ts";
import { azureSchema } from "./sources/azure-schema.ts";
import { ecrPublicSchema } from "./sources/ecr-public-schema.ts";
import { ecrSchema } from "./sources/ecr-schema.ts";
import { execSchema } from "./sources/exec-schema.ts";
import { garSchema } from "./sources/gar-schema.ts";
import { tencentSchema } from "./sources/tencent-schema.ts";

/** Every source of credentials, by the key that chooses it. Another source is another entry here. */
export const sourceSchemas = {
  secretRef: {
    type: "object",
    description:
      "A Secret in pullcred's own namespace, of type `kubernetes.io/dockerconfigjson`, `kubernetes.io/dockercfg` or " +
      "`kubernetes.io/basic-auth`. It may hold several registries.",
    required: ["name"],
    additionalProperties: false,
    properties: {
      name: { ...dnsSubdomain, description: "The Secret's name.", examples: ["harbor-creds"] },
    },
  },
  configFile: {
    type: "object",
    description:
      "A docker `config.json` that pullcred can read, such as one that is mounted into its Pod. It is read again when " +
      "it changes; its `credHelpers` and `credsStore` are asked as docker would ask them.",
    required: ["path"],
    additionalProperties: false,
    properties: {
      path: {
        type: "string",
        minLength: 1,
        format: "file-path",
        expected: "the path of a file",
        description: "The file's path.",
        examples: ["/etc/pullcred/docker/config.json"],
      },
    },
  },
  exec: execSchema,
  ecr: ecrSchema,
  ecrPublic: ecrPublicSchema,
  gar: garSchema,
  azure: azureSchema,
  alibaba: alibabaSchema,
  tencent: tencentSchema,
} as const satisfies Readonly<Record<string, ObjectSchema>>;

/** Where a mapping's credentials come from. */
export const credentialsSchema = {
  type: "object",
  description:
    "Where the credentials come from: exactly one source. No credential itself may stand in this file.",
  required: [],
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: sourceSchemas,
} as const satisfies ObjectSchema;
