import { hasKnownKeys, type ObjectSchema, type SchemaNode } from "./schema-node.ts";

/** What a value has to be, as the end of a sentence: `"matching" or "always"`. */
export function expectation(schema: SchemaNode): string {
  if (schema.expected !== undefined) return schema.expected;
  switch (schema.type) {
    case "string":
      return schema.enum === undefined
        ? "text"
        : listWords(
            schema.enum.map((word) => `"${word}"`),
            "or",
          );
    case "array":
      return "a list";
    case "object":
      return hasKnownKeys(schema) ? expectedKeys(schema) : "a mapping";
  }
}

/** What kind of value it is, in the words of people who write YAML. The value itself might be a credential. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "a number";
  return typeof value === "boolean" ? "true or false" : "a mapping";
}

/** What to do about a value of the wrong kind, where that is plain to see. */
export function remedyFor(schema: SchemaNode, value: unknown): string {
  const isScalar = typeof value === "number" || typeof value === "boolean";
  if (schema.type === "string" && schema.enum === undefined && isScalar) return ": put it in quotes";
  if (schema.type === "array" && (isScalar || typeof value === "string")) return ': put "- " before it';
  return "";
}

/** The keys that are there, or "none". */
export function countOf(keys: readonly string[]): string {
  return keys.length === 0 ? "none" : listWords(keys, "and");
}

/** `a, b or c`. */
export function listWords(words: readonly string[], conjunction: "and" | "or"): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}

function expectedKeys(schema: ObjectSchema): string {
  const keys = Object.keys(schema.properties);
  if (schema.maxProperties !== undefined) return `a mapping with exactly one of ${listWords(keys, "or")}`;
  if (schema.required.length > 0) return `a mapping with ${listWords(schema.required, "and")}`;
  return `a mapping with any of ${listWords(keys, "or")}`;
}
