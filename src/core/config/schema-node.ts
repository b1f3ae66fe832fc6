/**
 * The part of JSON Schema that the config is written in. A keyword that is not here is a type error in the schema, so
 * that none can stand there unchecked: `check-shape.ts` knows them all.
 */
export type SchemaNode = TextSchema | ListSchema | ObjectSchema | MapSchema;

/** Checks of texts that need code; JSON Schema lets other tools ignore a format that they don't know. */
export type TextFormat = "match-image" | "namespace-glob" | "file-path" | "image-repository" | "go-duration";

type Annotations = {
  readonly description: string;
  /** Completes the sentence "must be …" in messages, for what a keyword cannot say to people. */
  readonly expected?: string;
  readonly default?: unknown;
  /** The default in words, where it is made from other values. */
  readonly defaultsTo?: string;
  readonly examples?: readonly unknown[];
};

/** A text, perhaps one of a few. */
export type TextSchema = Annotations & {
  readonly type: "string";
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: TextFormat;
};

/** A list whose items all have the same shape. */
export type ListSchema = Annotations & {
  readonly type: "array";
  readonly items: SchemaNode;
  readonly minItems?: number;
};

/** A mapping with known keys; both counts are 1 where it is a choice of exactly one of them. */
export type ObjectSchema = Annotations & {
  readonly type: "object";
  readonly properties: Readonly<Record<string, SchemaNode>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
  readonly minProperties?: 1;
  readonly maxProperties?: 1;
};

/** A mapping with free keys. */
export type MapSchema = Annotations & {
  readonly type: "object";
  readonly propertyNames: TextSchema;
  readonly additionalProperties: TextSchema;
};

/** Whether the mapping's keys are known. */
export function hasKnownKeys(schema: ObjectSchema | MapSchema): schema is ObjectSchema {
  return "properties" in schema;
}
