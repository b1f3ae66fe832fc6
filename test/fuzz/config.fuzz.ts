import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import t from "tap";
import { Check } from "typebox/schema";
import { stringify } from "yaml";
import { checkShape } from "../../src/core/config/check-shape.ts";
import { compileConfig } from "../../src/core/config/compile.ts";
import { globCovers } from "../../src/core/config/glob-covers.ts";
import { matchesName } from "../../src/core/config/glob-tokens.ts";
import { formatIssue } from "../../src/core/config/issue.ts";
import { parseConfig } from "../../src/core/config/parse-config.ts";
import { configSchema } from "../../src/core/config/schema.ts";
import type { SchemaNode } from "../../src/core/config/schema-node.ts";
import { replaceOne } from "./replace-one.ts";
import { numRuns } from "./runs.ts";

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const glob = fc
  .array(fc.constantFrom("a", "b", "-", "?", "*", "[ab]", "[^a]", "[a-c]", "\\a"), {
    minLength: 1,
    maxLength: 6,
  })
  .map((steps) => steps.join(""));
const name = fc.stringMatching(/^[abc-]{1,8}$/);

const source = fc.oneof(
  fc.record({ secretRef: fc.record({ name: label }) }),
  fc.record({ configFile: fc.record({ path: label.map((text) => `/${text}`) }) }),
);
const registry = fc.record(
  {
    name: label,
    matchImages: fc.uniqueArray(
      label.map((text) => `${text}.example.com/`),
      { minLength: 1, maxLength: 4 },
    ),
    inject: fc.constantFrom("matching", "always"),
    namespaces: fc.record(
      {
        include: fc.uniqueArray(label, { minLength: 1 }),
        selector: fc.record({ matchLabels: fc.dictionary(label, label) }),
      },
      { requiredKeys: [] },
    ),
    credentials: source,
  },
  { requiredKeys: ["name", "matchImages", "credentials"] },
);
const document = fc.record(
  {
    apiVersion: fc.constant("pullcred.dev/v1"),
    kind: fc.constant("Config"),
    provisioning: fc.constantFrom("onDemand", "eager"),
    registries: fc.uniqueArray(registry, { selector: (entry) => entry.name, maxLength: 5 }),
  },
  { requiredKeys: ["apiVersion", "kind", "registries"] },
);

/** Configs in which something was replaced by anything, which get further than random structures do. */
const damaged = fc
  .tuple(document, fc.nat(), fc.oneof(fc.jsonValue(), fc.constantFrom(null, "", "x", 1, true, [], {})))
  .map(([value, position, replacement]) => replaceOne(value, position, replacement));

/** TypeBox does not know the formats. */
const shapeSchema: SchemaNode = JSON.parse(JSON.stringify(configSchema), (key, value) =>
  key === "format" ? undefined : value,
);

t.test("any text is either accepted or refused with issues", async () => {
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(..."abc:-,[]{}&*!|>'\"%@`#? \n\t~<0"), maxLength: 80 }),
  );
  fc.assert(fc.property(text, isAnswered), { numRuns });
});

t.test("any structure is either accepted or refused with issues", async () => {
  const structure = fc.oneof(fc.jsonValue(), damaged);
  fc.assert(
    fc.property(structure, (value) => isAnswered(JSON.stringify(value))),
    { numRuns },
  );
});

t.test("a config without mistakes is accepted, in YAML as in JSON, and compiles", async () => {
  fc.assert(
    fc.property(document, (value) => {
      const parsed = parseConfig(stringify(value));
      if (!parsed.ok) throw new Error(parsed.issues.map((issue) => formatIssue("c.yaml", issue)).join("\n"));
      const fromJson = parseConfig(JSON.stringify(value));
      const isSame = fromJson.ok && isDeepStrictEqual(fromJson.config, parsed.config);
      return isSame && compileConfig(parsed.config).mappings.length === value.registries.length;
    }),
    { numRuns: Math.ceil(numRuns / 5) },
  );
});

t.test("the check of the shape finds an error exactly where TypeBox does", async () => {
  fc.assert(
    fc.property(fc.oneof(damaged, fc.jsonValue()), (value) => {
      return Check(shapeSchema, value) === (checkShape(shapeSchema, value).length === 0);
    }),
    { numRuns },
  );
});

t.test("a glob that is covered matches nothing that the others don't", async () => {
  fc.assert(
    fc.property(
      fc.array(glob, { maxLength: 3 }),
      glob,
      fc.array(name, { maxLength: 30 }),
      (outers, inner, names) => {
        if (!globCovers(outers, inner)) return true;
        return names.every(
          (one) => !matchesName(inner, one) || outers.some((outer) => matchesName(outer, one)),
        );
      },
    ),
    { numRuns },
  );
});

/** Whether `parseConfig` came to an answer, and one that says something. */
function isAnswered(text: string): boolean {
  const parsed = parseConfig(text);
  const issues = parsed.ok ? parsed.warnings : parsed.issues;
  return (parsed.ok || issues.length > 0) && issues.every((issue) => formatIssue("c.yaml", issue).length > 0);
}
