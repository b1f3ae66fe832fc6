import { chartValuesSchema } from "./chart-values-schema.ts";
import { type DocumentedValue, readValuesComments } from "./values-comments.ts";

/** What of JSON Schema the chart's schema is looked at for. */
type Shape = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly description?: string;
};

/** Renders values.schema.json: the shapes, with what values.yaml says of each value. */
export function renderValuesSchema(values: string): string {
  const described = readValuesComments(values).reduce(describe, chartValuesSchema as Shape);
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    $comment: "Generated from scripts/lib/chart-values-schema.ts, src/core/config/schema.ts and values.yaml.",
    title: "Values of the chart pullcred",
    ...described,
  };
  return JSON.stringify(schema, null, 2);
}

/** Renders the chart's README.md: the prose with a table of the values in its place. */
export function renderChartReadme(prose: string, values: string): string {
  const rows = readValuesComments(values).map(renderRow);
  const table = ["| value | type | default | description |", "|---|---|---|---|", ...rows].join("\n");
  return prose.replace("<!-- values -->", () => table);
}

function describe(schema: Shape, { path: [key, ...rest], description }: DocumentedValue): Shape {
  if (key === undefined) return { ...schema, description };
  const inner = schema.properties?.[key];
  if (inner === undefined) throw new Error(`values.yaml has ${key}, which chart-values-schema.ts lacks`);
  const properties = {
    ...schema.properties,
    [key]: describe(inner, { path: rest, description, default: null }),
  };
  return { ...schema, properties };
}

function renderRow({ path, description, default: value }: DocumentedValue): string {
  const shape = path.reduce<Shape | undefined>((outer, key) => outer?.properties?.[key], chartValuesSchema);
  const cells = [code(path.join(".")), typeOf(shape ?? {}), code(JSON.stringify(value)), description];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "number",
  number: "number",
  boolean: "true or false",
  object: "mapping",
};

function typeOf(shape: Shape): string {
  if (shape.enum !== undefined) return shape.enum.map(code).join(" or ");
  if (shape.type === "array") {
    const items = [shape.items?.type ?? []].flat();
    return `list of ${items.map((type) => `${TYPE_WORDS[type]}s`).join(" or ")}`;
  }
  return [shape.type ?? []]
    .flat()
    .map((type) => TYPE_WORDS[type])
    .join(" or ");
}

function code(text: string): string {
  return `\`${text}\``;
}
