import type { XStatic } from "typebox/schema";
import type { sourceSchemas } from "./credentials-schema.ts";
import type { namespacesSchema, selectorSchema } from "./namespaces-schema.ts";
import { registrySchema } from "./registry-schema.ts";
import type { ObjectSchema } from "./schema-node.ts";

/**
 * The config file. The only definition: the check at run time, the types, the reference in docs and the chart's schema
 * are made from it. It is plain JSON Schema, which TypeBox types as well as what its builder makes; importing the
 * builder would take longer (50 ms) than an offline command takes for everything else.
 */
export const configSchema = {
  type: "object",
  description: "The configuration of pullcred: one YAML file.",
  required: ["apiVersion", "kind", "registries"],
  additionalProperties: false,
  properties: {
    apiVersion: {
      type: "string",
      enum: ["pullcred.dev/v1"],
      description: "The version of this format.",
    },
    kind: { type: "string", enum: ["Config"], description: "What the file holds." },
    provisioning: {
      type: "string",
      enum: ["onDemand", "eager"],
      default: "onDemand",
      description:
        "When a namespace gets its pull secrets. `onDemand`: when its first Pod needs one. `eager`: every allowed " +
        "namespace gets every one at once.",
    },
    registries: {
      type: "array",
      items: registrySchema,
      expected: "a list of registries, each with name, matchImages and credentials",
      description:
        "The mappings from images to pull secrets. All that match a Pod are injected, in this order.",
    },
  },
} as const satisfies ObjectSchema;

/** What is read from a file, and never changed. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;
type Sources = typeof sourceSchemas;

/** A config as it is written: what has a default may be absent. */
export type ConfigDocument = Immutable<XStatic<typeof configSchema>>;

/** An entry of `registries` as it is written. */
export type RegistryDocument = Immutable<XStatic<typeof registrySchema>>;

/** The `namespaces` of a mapping as they are written. */
export type NamespacesDocument = Immutable<XStatic<typeof namespacesSchema>>;

/** A LabelSelector as Kubernetes knows it. */
export type LabelSelector = Immutable<XStatic<typeof selectorSchema>>;

/** One of a LabelSelector's `matchExpressions`. */
export type LabelRequirement = NonNullable<LabelSelector["matchExpressions"]>[number];

/** Exactly one source, under the key that chooses it: ask with `"secretRef" in credentials`. */
export type CredentialsConfig = {
  [Key in keyof Sources]: { readonly [Only in Key]: Immutable<XStatic<Sources[Key]>> };
}[keyof Sources];

/** Which namespaces may have a mapping's credentials, with its defaults. */
export type NamespacesConfig = Required<NamespacesDocument>;

/** A mapping with its defaults. */
export type RegistryConfig = Required<Omit<RegistryDocument, "namespaces" | "credentials">> & {
  readonly namespaces: NamespacesConfig;
  readonly credentials: CredentialsConfig;
};

/** A whole config with its defaults, in which nothing is wrong. */
export type Config = Required<Omit<ConfigDocument, "registries">> & {
  readonly registries: readonly RegistryConfig[];
};
