import { visit } from "jsonc-parser";

/** The first key that stands twice in one object of a JSON text; null where none does. JSON.parse keeps the last. */
export function findRepeatedKey(json: string): string | null {
  const open: Set<string>[] = [];
  let repeated: string | null = null;
  visit(json, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty(key) {
      const keys = open.at(-1);
      if (keys?.has(key)) repeated ??= key;
      keys?.add(key);
    },
  });
  return repeated;
}
