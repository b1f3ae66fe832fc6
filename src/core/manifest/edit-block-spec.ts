import { isNode, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { type PullSecretField, toList } from "./pull-secret-field.ts";
import { blockItems, flowList } from "./secret-list-text.ts";
import { dashesOf, isTagged, placeOfValue, startOfPair } from "./source-tokens.ts";
import type { Splice } from "./splice.ts";
import { lineEndingAt, lineStartOf } from "./text-lines.ts";

const DEFAULT_ITEM_INDENT = "  ";

/**
 * Puts a new list of pull secrets into a block map: above `containers` where there is one, else above its first key, in the
 * indentation of its neighbours. Null where the text has no place for it.
 */
export function insertIntoBlockMap(
  text: string,
  spec: YAMLMap,
  field: PullSecretField,
  names: readonly string[],
): Splice | null {
  const neighbour =
    spec.items.find(({ key }) => isScalar(key) && key.value === "containers") ?? spec.items[0];
  const keyStart = startOfPair(neighbour);
  if (neighbour === undefined || keyStart === undefined) return null;
  const lineStart = lineStartOf(text, keyStart);
  const indent = text.slice(lineStart, keyStart);
  const newline = lineEndingAt(text, keyStart);
  if (!/^ *$/.test(indent)) {
    // The first key shares its line with a ":" or a dash; the next has to stand below it.
    const key = `${field.key}: ${flowList(names, field)}${newline}${" ".repeat(indent.length)}`;
    return { start: keyStart, end: keyStart, text: key };
  }
  const items = blockItems(names, field, indent + itemIndent(text, neighbour, indent), newline);
  const start = aboveComments(text, lineStart, indent);
  return { start, end: start, text: `${indent}${field.key}:${newline}${items}` };
}

/** Appends to a block list, below its last item. Null where the text has no place for it. */
export function appendToBlockList(
  text: string,
  list: YAMLSeq,
  field: PullSecretField,
  names: readonly string[],
): Splice | null {
  const dashes = dashesOf(list);
  const [firstDash] = dashes;
  const lastDash = dashes.at(-1);
  const last = list.items.at(-1);
  if (firstDash === undefined || lastDash === undefined) return null;
  const end = isNode(last) && !isEmpty(last) ? (last.range?.[1] ?? lastDash) : lastDash;
  const indent = " ".repeat(firstDash - lineStartOf(text, firstDash));
  const inLastLine = text[end - 1] === "\n" ? end - 1 : end;
  const newline = lineEndingAt(text, inLastLine);
  const lineEnd = text.indexOf("\n", inLastLine);
  const items = blockItems(names, field, indent, newline);
  if (lineEnd !== -1) return { start: lineEnd + 1, end: lineEnd + 1, text: items };
  return { start: text.length, end: text.length, text: `${newline}${items.slice(0, -newline.length)}` };
}

/** Gives a key that has no items its list: in place of a null, between brackets, or behind the colon. */
export function fillEmptyList(
  text: string,
  pair: Pair,
  field: PullSecretField,
  names: readonly string[],
  isJson: boolean,
): Splice | null {
  const list = isJson ? JSON.stringify(toList(names, field)) : flowList(names, field);
  const { value } = pair;
  if (isSeq(value) && value.range) {
    const [start, end] = value.range;
    if (text.slice(start + 1, end - 1).trim() === "") return { start, end, text: list };
    return { start: start + 1, end: start + 1, text: list.slice(1, -1) }; // in front of a comment
  }
  if (isTagged(pair)) return null;
  if (isScalar(value) && value.range && !isEmpty(value)) {
    return { start: value.range[0], end: value.range[1], text: list };
  }
  const place = placeOfValue(pair);
  return place === null ? null : { start: place, end: place, text: ` ${list}` };
}

function isEmpty({ range }: { readonly range?: readonly number[] | null }): boolean {
  return range?.[0] === range?.[1];
}

// Some indent the items of a list below their key, some don't: as the neighbour does.
function itemIndent(text: string, { value }: Pair, indent: string): string {
  const [dash] = isSeq(value) ? dashesOf(value) : [];
  if (dash === undefined) return DEFAULT_ITEM_INDENT;
  const column = dash - lineStartOf(text, dash);
  return column < indent.length ? DEFAULT_ITEM_INDENT : " ".repeat(column - indent.length);
}

// A comment right above a key, in its column, speaks of it.
function aboveComments(text: string, lineStart: number, indent: string): number {
  let start = lineStart;
  while (start > 0) {
    const previous = lineStartOf(text, start - 1);
    if (!text.startsWith(`${indent}#`, previous)) return start;
    start = previous;
  }
  return start;
}
