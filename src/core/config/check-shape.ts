import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { countOf, expectation, kindOf, remedyFor } from "./expectation.ts";
import { checkFormat } from "./formats.ts";
import { error, keyError, type Path, type Problem } from "./problem.ts";
import {
  hasKnownKeys,
  type ListSchema,
  type MapSchema,
  type ObjectSchema,
  type SchemaNode,
  type TextSchema,
} from "./schema-node.ts";
import { explainUnknownKey } from "./unknown-key.ts";

/**
 * Checks a value against the schema and reports everything at once. It is not TypeBox that does so, because that stops
 * at the eighth error and speaks of schemas where people need to hear what to write; a test holds the two together.
 */
export function checkShape(schema: SchemaNode, value: unknown, path: Path = []): readonly Problem[] {
  switch (schema.type) {
    case "string":
      return typeof value === "string" ? checkText(schema, value, path) : [wrongKind(schema, value, path)];
    case "array":
      return Array.isArray(value) ? checkList(schema, value, path) : [wrongKind(schema, value, path)];
    case "object":
      if (!isJsonObject(value)) return [wrongKind(schema, value, path)];
      return hasKnownKeys(schema) ? checkObject(schema, value, path) : checkMap(schema, value, path);
  }
}

function wrongKind(schema: SchemaNode, value: unknown, path: Path): Problem {
  return error(path, `must be ${expectation(schema)}; it is ${kindOf(value)}${remedyFor(schema, value)}`);
}

function checkText(schema: TextSchema, text: string, path: Path): readonly Problem[] {
  if (!fits(schema, text)) return [error(path, `must be ${expectation(schema)}`)];
  if (schema.format === undefined) return [];
  return checkFormat(schema.format, text).map((remark) => ({ ...remark, path, at: "value" }));
}

function fits(schema: TextSchema, text: string): boolean {
  if (schema.enum !== undefined && !schema.enum.includes(text)) return false;
  if (text.length < (schema.minLength ?? 0)) return false;
  // The length first: the patterns take quadratic time on a long text.
  if (text.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) return false;
  return schema.pattern === undefined || new RegExp(schema.pattern).test(text);
}

function checkList(schema: ListSchema, list: readonly unknown[], path: Path): readonly Problem[] {
  const problems = list.flatMap((item, index) => checkShape(schema.items, item, [...path, index]));
  if (list.length >= (schema.minItems ?? 0)) return problems;
  return [error(path, `must be ${expectation(schema)}; it has no item`)];
}

function checkObject(schema: ObjectSchema, object: JsonObject, path: Path): readonly Problem[] {
  const problems: Problem[] = [];
  const isKnown = (key: string): boolean => Object.hasOwn(schema.properties, key);
  for (const [key, value] of Object.entries(object)) {
    const property = isKnown(key) ? schema.properties[key] : undefined;
    if (property !== undefined) problems.push(...checkShape(property, value, [...path, key]));
    else problems.push(keyError([...path, key], explainUnknownKey(key, Object.keys(schema.properties))));
  }
  for (const key of schema.required) {
    const property = schema.properties[key];
    if (Object.hasOwn(object, key) || property === undefined) continue;
    problems.push(error([...path, key], `is missing; it must be ${expectation(property)}`));
  }
  return [...problems, ...checkChoice(schema, Object.keys(object), path)];
}

function checkChoice(schema: ObjectSchema, keys: readonly string[], path: Path): readonly Problem[] {
  const chosen = keys.filter((key) => Object.hasOwn(schema.properties, key));
  if (schema.maxProperties === undefined || chosen.length === 1) return [];
  // An unknown key is most likely the choice, misspelt, and has been reported.
  if (chosen.length === 0 && keys.length > 0) return [];
  return [error(path, `must be ${expectation(schema)}; it has ${countOf(chosen)}`)];
}

function checkMap(schema: MapSchema, object: JsonObject, path: Path): readonly Problem[] {
  return Object.entries(object).flatMap(([key, value]) => [
    ...checkShape(schema.propertyNames, key, [...path, key]).map((problem) =>
      keyError(problem.path, `its key must be ${expectation(schema.propertyNames)}`),
    ),
    ...checkShape(schema.additionalProperties, value, [...path, key]),
  ]);
}
