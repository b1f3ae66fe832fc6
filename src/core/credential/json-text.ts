/** JSON that was parsed, or where it stops to be JSON. The text is never quoted: it holds credentials. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly place: string };

/** Parses JSON as Go's encoding/json does: RFC 8259, no byte order mark, nothing behind the value. */
export function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, place: describePlace(text, error) };
  }
}

// V8 tells the position in its message; where it tells none, the text ended too early.
function describePlace(text: string, error: unknown): string {
  const [, digits] = /at position (\d+)/.exec(error instanceof Error ? error.message : "") ?? [];
  const before = text.slice(0, digits === undefined ? text.length : Number(digits)).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
