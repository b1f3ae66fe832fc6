import { type Document, isMap, isNode, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";

/** A value of a chart, with what a comment that starts with `# --` says of it in values.yaml. */
export type DocumentedValue = {
  readonly path: readonly string[];
  /** Empty where there is none. */
  readonly description: string;
  readonly default: unknown;
};

/** Reads what values.yaml explains, in its order. What is inside of a value that is explained belongs to that. */
export function readValuesComments(text: string): readonly DocumentedValue[] {
  const document = parseDocument(text);
  return isMap(document.contents) ? readMap(document.contents, [], document) : [];
}

function readMap(map: YAMLMap, above: readonly string[], document: Document): readonly DocumentedValue[] {
  return map.items.flatMap((pair, index) => {
    const { value } = pair;
    const path = [...above, keyOf(pair)];
    const description = describe(map, index);
    if (description === "" && isMap(value)) return readMap(value, path, document);
    return [{ path, description, default: isNode(value) ? value.toJS(document) : null }];
  });
}

function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

/** What follows the last `--` before a key; before that are examples that belong to the value above. */
function describe(map: YAMLMap, index: number): string {
  const key = map.items[index]?.key;
  const own = isScalar(key) ? key.commentBefore : undefined;
  // The parser gives what stands before the first key to the mapping.
  const comment = own ?? (index === 0 ? map.commentBefore : undefined) ?? "";
  const lines = comment.split("\n").map((line) => line.trim());
  const start = lines.findLastIndex((line) => line.startsWith("-- "));
  return start === -1 ? "" : lines.slice(start).join(" ").slice("-- ".length);
}
