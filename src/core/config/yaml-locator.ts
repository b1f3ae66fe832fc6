import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import { startOf } from "../yaml/yaml-nodes.ts";
import type { Path, Problem } from "./problem.ts";

/**
 * Makes the function that finds where in the text a problem is. What is missing is shown where its nearest parent
 * starts, and an empty value at its key.
 */
export function createLocator(
  document: Document.Parsed,
  targets: ReadonlyMap<Alias, Node>,
): (problem: Pick<Problem, "path" | "at">) => number {
  const pairsOf = memoize(indexPairs);

  function find(path: Path, at: Problem["at"]): number {
    let node: unknown = document.contents;
    let offset = isNode(node) ? startOf(node) : 0;
    for (const [depth, segment] of path.entries()) {
      const parent = isAlias(node) ? targets.get(node) : node;
      if (isSeq(parent) && typeof segment === "number") {
        node = parent.items[segment];
      } else if (isMap(parent)) {
        const pair = pairsOf(parent).get(String(segment));
        if (pair === undefined) return offset;
        if (isNode(pair.key)) offset = startOf(pair.key);
        if (at === "key" && depth === path.length - 1) return offset;
        node = pair.value;
      }
      if (isNode(node) && !isEmptyScalar(node)) offset = startOf(node);
    }
    return offset;
  }

  return ({ path, at }) => find(path, at);
}

function indexPairs(map: YAMLMap): ReadonlyMap<string, Pair> {
  return new Map(map.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : "", pair]));
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.range !== undefined && node.range?.[0] === node.range?.[1];
}

/** A file can have as many problems as keys: looking each key up in a list would take quadratic time. */
function memoize<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
