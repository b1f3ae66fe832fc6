import { createHash } from "node:crypto";
import { copyKey } from "../../core/copy/copy-key.ts";

/** One entry in the data of a ConfigMap. */
export type DataEntry = readonly [key: string, value: string];

/** (kubernetes, apimachinery/pkg/util/validation: DNS1123SubdomainMaxLength, which IsConfigMapKey takes over) */
const LONGEST_KEY = 253;

/**
 * Writes a copy's key as an entry, whose key can hold no slash. A namespace holds no dot, so that the first one parts it from
 * the name. What is too long for a key stands in the value.
 */
export function toDataEntry(key: string): DataEntry {
  const dataKey = key.replace("/", ".");
  if (dataKey.length <= LONGEST_KEY) return [dataKey, ""];
  return [createHash("sha256").update(key).digest("hex"), key];
}

/** Reads the copy's key back. */
export function fromDataEntry([dataKey, value]: DataEntry): string {
  if (value !== "") return value;
  const dot = dataKey.indexOf(".");
  return copyKey(dataKey.slice(0, dot), dataKey.slice(dot + 1));
}

/** About how many bytes of a ConfigMap an entry takes: its key stands in the managed fields once more. */
export function sizeOf([dataKey, value]: DataEntry): number {
  return 2 * dataKey.length + value.length + 20;
}
