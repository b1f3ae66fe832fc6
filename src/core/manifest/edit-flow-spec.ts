import { isScalar, type YAMLMap } from "yaml";
import { type PullSecretField, toList } from "./pull-secret-field.ts";
import { flowItem, flowList } from "./secret-list-text.ts";
import { startOf, startOfPair } from "./source-tokens.ts";
import type { Splice } from "./splice.ts";

/** Puts a new list of pull secrets into a flow map or a JSON object, above `containers` or its first key. */
export function insertIntoFlowMap(
  text: string,
  spec: YAMLMap,
  field: PullSecretField,
  names: readonly string[],
  isJson: boolean,
): Splice | null {
  const neighbour =
    spec.items.find(({ key }) => isScalar(key) && key.value === "containers") ?? spec.items[0];
  const key = isJson ? `"${field.key}"${colonOf(text, spec)}` : `${field.key}: `;
  const start = startOfPair(neighbour);
  if (start === undefined) {
    const range = spec.range;
    const list = isJson ? JSON.stringify(toList(names, field)) : flowList(names, field);
    return range ? { start: range[0], end: range[1], text: `{${key}${list}}` } : null;
  }
  const space = spaceBefore(text, start);
  const list = isJson ? jsonText(toList(names, field), text, spec, space) : flowList(names, field);
  return { start, end: start, text: `${key}${list},${space === "" && !isJson ? " " : space}` };
}

/** Appends to a flow list or a JSON array that has items. */
export function appendToFlowList(
  text: string,
  spec: YAMLMap,
  items: readonly unknown[],
  field: PullSecretField,
  names: readonly string[],
  isJson: boolean,
): Splice | null {
  const first = startOf(items[0]);
  const end = (items.at(-1) as { range?: readonly number[] | null } | undefined)?.range?.[1];
  if (first === undefined || end === undefined) return null;
  const space = spaceBefore(text, first);
  const separator = `,${space === "" && !isJson ? " " : space}`;
  const added = isJson
    ? toList(names, field).map((item) => jsonText(item, text, spec, space))
    : names.map((name) => flowItem(name, field));
  return { start: end, end, text: added.map((item) => `${separator}${item}`).join("") };
}

/** The white space in front of an offset, which is how the neighbours are laid out. */
function spaceBefore(text: string, offset: number): string {
  return /\s*$/.exec(text.slice(Math.max(0, offset - 1_000), offset))?.[0] ?? "";
}

/** A value laid out as the object around is: over several lines, or on one, with the same space behind colons. */
function jsonText(value: unknown, text: string, spec: YAMLMap, space: string): string {
  const step = stepOf(text, spec);
  if (step === "") return JSON.stringify(value).replaceAll('":', `"${colonOf(text, spec)}`);
  return JSON.stringify(value, null, step).replaceAll("\n", space);
}

// By how much the keys of the object stand further in than its closing brace.
function stepOf(text: string, spec: YAMLMap): string {
  const inner = spaceBefore(text, startOfPair(spec.items[0]) ?? 0);
  const outer = spaceBefore(text, (spec.range?.[1] ?? 1) - 1);
  return inner.includes("\n") && inner.startsWith(outer) ? inner.slice(outer.length) : "";
}

function colonOf(text: string, spec: YAMLMap): string {
  const key = (spec.items[0]?.key as { range?: readonly number[] | null } | undefined)?.range;
  return /^\s*:\s*/.exec(text.slice(key?.[1] ?? 0))?.[0] ?? ": ";
}
