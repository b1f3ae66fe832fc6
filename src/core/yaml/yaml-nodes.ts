import { type Alias, type Document, isNode, isScalar, type Node, visit, type YAMLMap } from "yaml";
import { YAML_ERRORS } from "./yaml-errors.ts";

/** Something wrong at one place of the text. */
export type Flaw = { readonly offset: number; readonly message: string };

/** What the parser leaves to be found in its tree. */
export type Survey = {
  readonly flaws: readonly Flaw[];
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>;
};

const LONGEST_KEY_TO_SHOW = 60;

/** Looks for keys that stand twice and aliases that stand for nothing. */
export function surveyNodes(document: Document.Parsed): Survey {
  const flaws: Flaw[] = [];
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias(_key, alias) {
      const target = anchors.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
      else flaws.push({ offset: startOf(alias), message: YAML_ERRORS.BAD_ALIAS });
    },
    Value(_key, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
    Map(_key, map) {
      if (map.anchor !== undefined) anchors.set(map.anchor, map);
      flaws.push(...findRepeatedKeys(map));
    },
  });
  return { flaws, targets };
}

/** Where a node starts in the text. */
export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function findRepeatedKeys(map: YAMLMap): readonly Flaw[] {
  const seen = new Set<string>();
  const flaws: Flaw[] = [];
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    const text = String(key.value);
    if (seen.has(text) && isNode(key)) flaws.push({ offset: startOf(key), message: describe(text) });
    seen.add(text);
  }
  return flaws;
}

function describe(key: string): string {
  const subject = key.length > LONGEST_KEY_TO_SHOW ? "the same key" : `the key ${JSON.stringify(key)}`;
  return `${subject} stands twice in one mapping: remove one`;
}
