import {
  hasKnownKeys,
  type ListSchema,
  type MapSchema,
  type ObjectSchema,
  type SchemaNode,
} from "../../src/core/config/schema-node.ts";

/** Renders docs/configuration.md: the prose with the sample and a table for each object of the schema in its places. */
export function renderConfigurationDoc(prose: string, sample: string, schema: ObjectSchema): string {
  const reference = collectObjects("", schema).map(renderObject).join("\n");
  return prose
    .replace("<!-- sample -->", () => ["```yaml", sample.trim(), "```"].join("\n"))
    .replace("<!-- reference -->", () => reference.trim());
}

type Section = { readonly path: string; readonly schema: ObjectSchema };

/** Every object with known keys, each before those inside of it. */
function collectObjects(path: string, node: SchemaNode): readonly Section[] {
  if (node.type === "string") return [];
  if (node.type === "array") return collectObjects(`${path}[]`, node.items);
  if (!hasKnownKeys(node)) return [];
  const inner = Object.entries(node.properties).flatMap(([key, property]) =>
    collectObjects(path === "" ? key : `${path}.${key}`, property),
  );
  return [{ path, schema: node }, ...inner];
}

function renderObject({ path, schema }: Section): string {
  const heading = path === "" ? "### The file" : `### \`${path}\``;
  const rows = Object.entries(schema.properties).map(([key, property]) => renderRow(key, property, schema));
  return [
    heading,
    "",
    schema.description,
    "",
    "| key | type | default | description |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function renderRow(key: string, node: SchemaNode, parent: ObjectSchema): string {
  const cells = [code(key), typeOf(node), defaultOf(key, node, parent), describe(node)];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function typeOf(node: SchemaNode): string {
  switch (node.type) {
    case "string":
      return node.enum === undefined ? "text" : node.enum.map(code).join(" or ");
    case "array":
      return typeOfList(node);
    case "object":
      return typeOfMapping(node);
  }
}

function typeOfList({ items }: ListSchema): string {
  return items.type === "string" ? "list of texts" : "list of mappings";
}

function typeOfMapping(schema: ObjectSchema | MapSchema): string {
  return hasKnownKeys(schema) ? "mapping" : "mapping of texts";
}

function defaultOf(key: string, node: SchemaNode, parent: ObjectSchema): string {
  if (parent.required.includes(key)) return "required";
  const { defaultsTo } = node;
  if (defaultsTo !== undefined) return /[ `]/.test(defaultsTo) ? defaultsTo : code(defaultsTo);
  if (node.default !== undefined) return code(JSON.stringify(node.default).replace(/^"|"$/g, ""));
  return parent.maxProperties === undefined ? "" : "one of them";
}

/** The description, what a text or its items must be, and an example. */
function describe(node: SchemaNode): string {
  const text = node.type === "array" ? node.items : node;
  const subject = node.type === "array" ? "Each must be" : "Must be";
  const rule = text.type === "string" && text.pattern !== undefined ? `${subject} ${text.expected}.` : "";
  const examples = (node.examples ?? []).map((example) =>
    code(JSON.stringify(example).replace(/^"|"$/g, "")),
  );
  const example = examples.length === 0 ? "" : `Example: ${examples.join(", ")}`;
  return [node.description, rule, example].filter((part) => part !== "").join(" ");
}

function code(text: string): string {
  return `\`${text}\``;
}
