import { type TSchema, Type } from "typebox";
import { sourceSchemas } from "../../src/core/config/credentials-schema.ts";
import { registrySchema } from "../../src/core/config/registry-schema.ts";
import { configSchema } from "../../src/core/config/schema.ts";

/** Keywords of the runtime check that no other reader of a schema knows. */
const OWN_KEYWORDS: ReadonlySet<string> = new Set(["expected", "defaultsTo", "format"]);

/** The largest repetition that Go's regexp knows. */
const LARGEST_COUNT = 1_000;

/** The sources that the chart turns into a Secret, which the process reads as a `secretRef`. */
const chartSources = {
  inline: Type.Object(
    {
      username: Type.String({ minLength: 1, description: "The user name." }),
      password: Type.String({ minLength: 1, description: "The password or token." }),
      server: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            "The registry's server, as a key of `auths` in a docker `config.json`; default: every pattern of `matchImages`.",
        }),
      ),
    },
    {
      additionalProperties: false,
      description: "A user name and password, which the chart puts into a Secret.",
    },
  ),
  dockerConfigJson: Type.Unsafe<object>({
    type: ["object", "string"],
    description: "A docker `config.json`, as text or as a mapping, which the chart puts into a Secret.",
  }),
};

/** `provisioning`, as in the configuration. */
export const chartProvisioning: TSchema = toPlainSchema(configSchema.properties.provisioning);

/**
 * `registries`, as in the configuration, with the chart's sources beside the others. That there is exactly one is for the
 * templates' guards to say: what Helm makes of the keyword tells nobody which two there are.
 */
export const chartRegistries: TSchema = toPlainSchema({
  ...configSchema.properties.registries,
  items: {
    ...registrySchema,
    properties: {
      ...registrySchema.properties,
      credentials: {
        type: "object",
        description: "Where the credentials come from: exactly one source.",
        additionalProperties: false,
        properties: { ...sourceSchemas, ...chartSources },
      },
    },
  },
});

/** The schema in the words that every reader of JSON Schema knows. */
function toPlainSchema(schema: object): TSchema {
  return Type.Unsafe(dropOwnKeywords(schema) as object);
}

/** `isSchema` is false among the names of properties, one of which may be called like a keyword. */
function dropOwnKeywords(value: unknown, isSchema = true): unknown {
  if (Array.isArray(value)) return value.map((item) => dropOwnKeywords(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !isSchema || isPlain(key, inner))
      .map(([key, inner]) => [key, dropOwnKeywords(inner, !isSchema || key !== "properties")]),
  );
}

function isPlain(keyword: string, value: unknown): boolean {
  return keyword === "pattern" ? isReadByGo(String(value)) : !OWN_KEYWORDS.has(keyword);
}

/** Helm refuses a schema as a whole with an expression that Go can't read; the process checks those by itself. */
function isReadByGo(pattern: string): boolean {
  const counts = [...pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].flatMap(([, from, to]) => [from, to]);
  return !pattern.includes("(?") && counts.every((count) => Number(count ?? 0) <= LARGEST_COUNT);
}
