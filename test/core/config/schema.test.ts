import { readFileSync } from "node:fs";
import t from "tap";
import { Check } from "typebox/schema";
import { parseConfig } from "../../../src/core/config/parse-config.ts";
import { configSchema } from "../../../src/core/config/schema.ts";
import { hasKnownKeys, type SchemaNode } from "../../../src/core/config/schema-node.ts";
import { lintLines } from "./lint-lines.ts";

const SAMPLE = readFileSync(new URL("../../../examples/config.yaml", import.meta.url), "utf8");

t.test("the sample has no issues", async (t) => t.same(lintLines(SAMPLE), []));

t.test("a config with its defaults is itself a valid one", async (t) => {
  const parsed = parseConfig(SAMPLE);
  t.equal(parsed.ok && Check(configSchema, parsed.config), true);
  t.same(parsed.ok && parseConfig(JSON.stringify(parsed.config)), parsed);
});

t.test("each default and example is what its own schema allows", async (t) => {
  for (const [path, node] of walk("", configSchema)) {
    const values = [...(node.examples ?? []), ...(node.default === undefined ? [] : [node.default])];
    for (const value of values) t.equal(Check(node, value), true, `${path}: ${JSON.stringify(value)}`);
  }
});

t.test("each description is a sentence", async (t) => {
  for (const [path, { description }] of walk("", configSchema)) t.match(description, /^[A-Z`].*[.]$/, path);
});

function walk(path: string, node: SchemaNode): readonly (readonly [string, SchemaNode])[] {
  const inner: Readonly<Record<string, SchemaNode>> =
    node.type === "array"
      ? { "[]": node.items }
      : node.type === "object" && hasKnownKeys(node)
        ? node.properties
        : {};
  return [[path, node], ...Object.entries(inner).flatMap(([key, child]) => walk(`${path}.${key}`, child))];
}
