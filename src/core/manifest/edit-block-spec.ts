import { isMap, isScalar, isSeq, type Pair, type YAMLMap } from "yaml";
import { blockItems, flowList } from "./secret-list-text.ts";
import type { Splice } from "./splice.ts";

const DEFAULT_ITEM_INDENT = "  ";

/**
 * Puts a new `imagePullSecrets` into a block map: above `containers` where there is one, else above its first key, in the
 * indentation of its neighbours. Null where the text leaves no line for it.
 */
export function insertIntoBlockMap(
  text: string,
  spec: YAMLMap,
  names: readonly string[],
  newline: string,
): Splice | null {
  const neighbour =
    spec.items.find(({ key }) => isScalar(key) && key.value === "containers") ?? spec.items[0];
  const keyStart = neighbour === undefined ? undefined : startOf(neighbour.key);
  if (neighbour === undefined || keyStart === undefined) return null;
  const lineStart = text.lastIndexOf("\n", keyStart - 1) + 1;
  const indent = text.slice(lineStart, keyStart);
  if (!/^ *$/.test(indent)) return null;
  const items = blockItems(names, indent + itemIndent(text, neighbour, indent), newline);
  const start = aboveComments(text, lineStart, indent);
  return { start, end: start, text: `${indent}imagePullSecrets:${newline}${items}` };
}

/** Appends to a block list, below its last item. Null where the text leaves no line for it. */
export function appendToBlockList(
  text: string,
  list: { readonly items: readonly unknown[] },
  names: readonly string[],
  newline: string,
): Splice | null {
  const start = startOf(list.items[0]);
  const last = list.items.at(-1);
  const end = isMap(last) || isScalar(last) ? last.range?.[1] : undefined;
  if (start === undefined || end === undefined) return null;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const [, indent] = /^( *)- +$/.exec(text.slice(lineStart, start)) ?? [];
  if (indent === undefined) return null;
  const lineEnd = text.indexOf("\n", text[end - 1] === "\n" ? end - 1 : end);
  const items = blockItems(names, indent, newline);
  if (lineEnd !== -1) return { start: lineEnd + 1, end: lineEnd + 1, text: items };
  return { start: text.length, end: text.length, text: `${newline}${items.slice(0, -newline.length)}` };
}

/** Gives an `imagePullSecrets:` that has no items its list, in place of what stands there. */
export function fillEmptyList(pair: Pair, names: readonly string[], isJson: boolean): Splice | null {
  const range = isScalar(pair.value) || isSeq(pair.value) ? pair.value.range : undefined;
  if (!range) return null;
  const list = isJson ? JSON.stringify(names.map((name) => ({ name }))) : flowList(names);
  return { start: range[0], end: range[1], text: range[0] === range[1] ? ` ${list}` : list };
}

/** Where a node starts in the text. */
export function startOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0];
}

// Some indent the items of a list below their key, some don't: as the neighbour does.
function itemIndent(text: string, { value }: Pair, indent: string): string {
  if (!isSeq(value) || value.flow) return DEFAULT_ITEM_INDENT;
  const first = startOf(value.items[0]) ?? 0;
  const lineStart = text.lastIndexOf("\n", first - 1) + 1;
  const [, dashIndent] = /^( *)- /.exec(text.slice(lineStart)) ?? [];
  return dashIndent?.startsWith(indent) ? dashIndent.slice(indent.length) : DEFAULT_ITEM_INDENT;
}

// A comment right above a key, in its column, speaks of it.
function aboveComments(text: string, lineStart: number, indent: string): number {
  let start = lineStart;
  while (start > 0) {
    const previous = text.lastIndexOf("\n", start - 2) + 1;
    if (!text.startsWith(`${indent}#`, previous)) return start;
    start = previous;
  }
  return start;
}
