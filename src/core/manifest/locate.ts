import { type Alias, type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node } from "yaml";
import type { ValuePath } from "./manifest-object.ts";
import { dashesOf, startOf, startOfPair } from "./source-tokens.ts";

/**
 * Where a value starts in the text of its document. What is missing is shown where its nearest parent starts, an empty
 * value at its key or dash, and what an alias without a target stands for at the alias.
 */
export function locate(
  document: Document.Parsed,
  targets: ReadonlyMap<Alias, Node>,
  path: ValuePath,
): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? document.range[0];
  for (const segment of path) {
    const parent: unknown = isAlias(node) ? targets.get(node) : node;
    if (isSeq(parent) && typeof segment === "number") {
      node = parent.items[segment];
      offset = startOfFilled(node) ?? dashesOf(parent)[segment] ?? offset;
    } else if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && key.value === segment);
      if (pair === undefined) return offset;
      node = pair.value;
      offset = startOfFilled(node) ?? startOfPair(pair) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOfFilled(node: unknown): number | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const [start, end] = node.range;
  return start === end ? undefined : start;
}
