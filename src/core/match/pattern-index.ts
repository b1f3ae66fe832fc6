import { parseSchemelessUrl } from "./go-url.ts";
import { LabelTable } from "./label-table.ts";
import type { MatchPattern } from "./match-pattern.ts";
import { PathPrefixes } from "./path-prefixes.ts";

/** A mapping that matches, with the first of its patterns that does. */
export type PatternHit = { readonly mapping: number; readonly pattern: MatchPattern };

/** All patterns of a config, ready to be asked on every image. */
export type PatternIndex = {
  /** The mappings that match a repository such as `docker.io/library/nginx`, ascending. */
  match(repository: string): readonly PatternHit[];
};

type Entry = { readonly hit: PatternHit; readonly order: number };

/** One label of a host, read from the right: where hosts can end here, and where they go on. */
type Node = { readonly paths: PathPrefixes<Entry>; readonly children: LabelTable<Node> };

const NO_HITS: readonly PatternHit[] = Object.freeze([]);

/**
 * Compiles the patterns of every mapping, so that an image is compared with those only that share its host's labels and
 * its path's start. Agrees with matchesPattern, which a property test holds.
 */
export function compilePatternIndex(mappings: readonly (readonly MatchPattern[])[]): PatternIndex {
  const roots = new Map<string, Node>();
  let order = 0;
  mappings.forEach((patterns, mapping) => {
    for (const pattern of patterns) addPattern(roots, { hit: { mapping, pattern }, order: order++ });
  });
  return { match: (repository) => matchRepository(roots, repository) };
}

function addPattern(roots: Map<string, Node>, entry: Entry): void {
  const { port, labels, path } = entry.hit.pattern;
  let node: Node | null = roots.get(port) ?? createNode();
  roots.set(port, node);
  for (const label of labels.toReversed()) {
    node = node.children.get(label, createNode);
    if (node === null) return; // a malformed glob matches nothing
  }
  node.paths.add(path, entry);
}

function matchRepository(roots: ReadonlyMap<string, Node>, repository: string): readonly PatternHit[] {
  const parsed = parseSchemelessUrl(repository);
  if (!parsed.ok) return NO_HITS;
  const { host, port, path } = parsed.url;
  const root = roots.get(port);
  if (root === undefined) return NO_HITS;
  const labels = host.split(".");
  const found: Entry[] = [];
  const descend = (node: Node, depth: number): void => {
    const label = labels[labels.length - 1 - depth];
    if (label === undefined) node.paths.collect(path, found);
    else node.children.visit(label, (child) => descend(child, depth + 1));
  };
  descend(root, 0);
  return selectFirstHits(found);
}

// Entries are numbered in config order, so that sorting by it brings the first of each mapping before its others.
function selectFirstHits(found: Entry[]): readonly PatternHit[] {
  if (found.length === 0) return NO_HITS;
  found.sort((a, b) => a.order - b.order);
  const hits: PatternHit[] = [];
  for (const { hit } of found) if (hits.at(-1)?.mapping !== hit.mapping) hits.push(hit);
  return hits;
}

function createNode(): Node {
  return { paths: new PathPrefixes(), children: new LabelTable() };
}
