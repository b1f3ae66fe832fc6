/** A part of a text, by the offsets of its first character and of the one behind its last. */
export type TextPart = { readonly start: number; readonly end: number };

/**
 * The values of a JSON stream, one after the other with or without white space between them, as `kubectl` reads them and
 * `jq` writes them. Null where the text is none: it is YAML then.
 */
export function splitJsonStream(text: string): readonly TextPart[] | null {
  const parts: TextPart[] = [];
  let position = skipSpace(text, text.startsWith("\ufeff") ? 1 : 0);
  while (position < text.length) {
    const end = endOfValue(text, position);
    if (end === null || !isJson(text.slice(position, end))) return null;
    parts.push({ start: position, end });
    position = skipSpace(text, end);
  }
  return parts.length === 0 ? null : parts;
}

/** Where the object or list that starts here ends; null where none starts or it does not end. */
function endOfValue(text: string, start: number): number | null {
  if (text[start] !== "{" && text[start] !== "[") return null;
  let depth = 0;
  let isInString = false;
  for (let position = start; position < text.length; position++) {
    const character = text[position];
    if (isInString) {
      if (character === "\\") position++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (depth === 0) return position + 1;
  }
  return null;
}

/** Whether a text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function skipSpace(text: string, position: number): number {
  let next = position;
  while (next < text.length && /[ \t\r\n]/.test(text[next] ?? "")) next++;
  return next;
}
