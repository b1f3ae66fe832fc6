import { credentialsSchema } from "./credentials-schema.ts";
import { dnsLabel, dnsSubdomain } from "./names-schema.ts";
import { namespacesSchema } from "./namespaces-schema.ts";
import type { ObjectSchema } from "./schema-node.ts";

/** One entry of `registries`. */
export const registrySchema = {
  type: "object",
  description: "A mapping: which images need a pull secret, and where its credentials come from.",
  required: ["name", "credentials"],
  additionalProperties: false,
  properties: {
    name: {
      ...dnsLabel,
      description: "Names the mapping in logs, metrics and on its Secrets. Unique.",
      examples: ["harbor"],
    },
    matchImages: {
      type: "array",
      minItems: 1,
      expected: "a list of image patterns",
      description:
        "The images that need these credentials, as patterns. One that matches is enough. Has to be written unless the " +
        "credentials tell their registry's hosts.",
      defaultsTo: "the registry's hosts",
      examples: [["harbor.example.com", "*.mirror.example.com/team-a/"]],
      items: {
        type: "string",
        minLength: 1,
        format: "match-image",
        expected: 'an image pattern such as "harbor.example.com/team-a/"',
        description: "A registry, with an optional port and an optional prefix of the repository.",
      },
    },
    secretName: {
      ...dnsSubdomain,
      description: "The name of the pull secret in every namespace that gets one. Unique.",
      defaultsTo: "pullcred-NAME",
      examples: ["harbor-pull"],
    },
    inject: {
      type: "string",
      enum: ["matching", "always"],
      default: "matching",
      description:
        "`matching`: Pods with a matching image get the pull secret. `always`: every Pod of an allowed namespace " +
        "does. A Pod's pull secrets cannot change after its creation, so `always` is what lets a later change of its " +
        "image, or an image for `kubectl debug`, come from this registry.",
    },
    namespaces: namespacesSchema,
    credentials: credentialsSchema,
  },
} as const satisfies ObjectSchema;
