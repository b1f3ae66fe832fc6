import type { CST, Pair, YAMLSeq } from "yaml";

/** Where a node starts in the text, without what stands in front of it. */
export function startOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0];
}

/** Where a pair starts in the text: at its key, or at the `?`, the anchor or the tag in front of it. */
export function startOfPair(pair: Pair | undefined): number | undefined {
  const [first] = pair?.srcToken?.start.filter(isOfTheKey) ?? [];
  return first?.offset ?? startOf(pair?.key);
}

/** Whether a tag such as `!!null` says what the value of a pair is. */
export function isTagged({ srcToken }: Pair): boolean {
  return srcToken?.sep?.some(({ type }) => type === "tag") ?? false;
}

/**
 * Where the value of a key that has none belongs: right behind the colon, or behind the anchor that follows it. The
 * parser's empty value lies further on, behind the comments. Null where there is no colon.
 */
export function placeOfValue({ srcToken }: Pair): number | null {
  const last = srcToken?.sep?.findLast(({ type }) => type === "map-value-ind" || type === "anchor");
  return last === undefined ? null : last.offset + last.source.length;
}

/** Where the dashes of a block list stand, in order; none in a flow list. */
export function dashesOf({ srcToken }: YAMLSeq): readonly number[] {
  if (srcToken?.type !== "block-seq") return [];
  return srcToken.items.flatMap(({ start }) =>
    start.filter(({ type }) => type === "seq-item-ind").map(({ offset }) => offset),
  );
}

function isOfTheKey({ type }: CST.SourceToken): boolean {
  return type === "explicit-key-ind" || type === "anchor" || type === "tag";
}
