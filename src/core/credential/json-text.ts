import { type ParseError, parse as parseTolerantly } from "jsonc-parser";

/** JSON that was parsed, or where it stops to be JSON. The text is never quoted: it holds credentials. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly place: string };

/** Parses JSON as Go's encoding/json does: RFC 8259, no byte order mark, nothing behind the value. */
export function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, place: findFault(text) };
  }
}

// V8 tells a position for some faults only.
function findFault(text: string): string {
  const faults: ParseError[] = [];
  try {
    parseTolerantly(text, faults, { disallowComments: true, allowTrailingComma: false });
  } catch {
    return "its nesting, which is too deep"; // unlike JSON.parse, it takes a call for each level
  }
  const before = text.slice(0, faults[0]?.offset ?? text.length).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
