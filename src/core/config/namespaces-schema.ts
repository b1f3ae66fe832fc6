import { labelKey, labelValue } from "./names-schema.ts";
import type { ObjectSchema, TextSchema } from "./schema-node.ts";

const namespaceGlob = {
  type: "string",
  minLength: 1,
  format: "namespace-glob",
  expected: "the name of a namespace, or a glob on it",
  description:
    "The name of a namespace, or a glob on it: `*` is any text, `?` any character, `[a-f]` one of a range.",
} as const satisfies TextSchema;

const requirement = {
  type: "object",
  description: "One condition on one label.",
  required: ["key", "operator"],
  additionalProperties: false,
  properties: {
    key: { ...labelKey, description: "The label's key.", examples: ["tier"] },
    operator: {
      type: "string",
      enum: ["In", "NotIn", "Exists", "DoesNotExist"],
      description: "How the label is compared. `NotIn` also holds where the namespace has no such label.",
    },
    values: {
      type: "array",
      items: { ...labelValue, description: "A value to compare with." },
      description: "What `In` and `NotIn` compare with; must not be written with the others.",
      examples: [["app", "batch"]],
    },
  },
} as const satisfies ObjectSchema;

/** A LabelSelector as Kubernetes knows it. */
export const selectorSchema = {
  type: "object",
  description:
    "A Kubernetes LabelSelector on the namespace's labels. All conditions must hold; an empty one always holds.",
  default: {},
  required: [],
  additionalProperties: false,
  properties: {
    matchLabels: {
      type: "object",
      propertyNames: { ...labelKey, description: "The label's key." },
      additionalProperties: { ...labelValue, description: "The value that the label must have." },
      expected: "a mapping of label keys to label values",
      description: "Labels that the namespace must have, with exactly these values.",
      examples: [{ tier: "app" }],
    },
    matchExpressions: {
      type: "array",
      items: requirement,
      description: "Further conditions on labels.",
    },
  },
} as const satisfies ObjectSchema;

/** Which namespaces may have a mapping's credentials. */
export const namespacesSchema = {
  type: "object",
  description:
    "Which namespaces may have these credentials: those that `include` names, `exclude` does not name, and whose " +
    "labels `selector` accepts.",
  default: {},
  required: [],
  additionalProperties: false,
  properties: {
    include: {
      type: "array",
      items: namespaceGlob,
      minItems: 1,
      expected: "a list of namespace names or globs",
      description: "Names of namespaces, or globs on them, that may have the credentials.",
      default: ["*"],
      examples: [["team-*"]],
    },
    exclude: {
      type: "array",
      items: namespaceGlob,
      expected: "a list of namespace names or globs",
      description:
        "Names of namespaces, or globs on them, that may not; wins over `include`. Where `include` is not written, " +
        "`kube-*` is excluded as well.",
      default: [],
      examples: [["team-x"]],
    },
    selector: selectorSchema,
  },
} as const satisfies ObjectSchema;
