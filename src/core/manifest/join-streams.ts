import { splitJsonStream } from "./split-json-stream.ts";

const STARTS_WITH_DIRECTIVE = /^([ \t]*(#.*)?\r?\n)*%/;
const ENDS_WITH_DOCUMENT_END = /(^|\n)\.\.\.[ \t]*\r?\n$/;
const BYTE_ORDER_MARK = /^\ufeff/;

/**
 * Makes one stream of several: JSON values one after the other where all of them are JSON, else a stream of YAML
 * documents. Nothing is changed but what has to stand between them.
 */
export function joinStreams(texts: readonly string[]): string {
  const filled = texts.filter((text) => text.trim() !== "");
  if (filled.length <= 1) return filled[0] ?? texts.join("");
  // A byte order mark can stand at the start of a stream only.
  const parts = filled.map((text, index) => (index === 0 ? text : text.replace(BYTE_ORDER_MARK, "")));
  const isJson = parts.every((text) => splitJsonStream(text) !== null);
  return parts.map(isJson ? asIs : separateValues).reduce((joined, next) => {
    const above = joined.endsWith("\n") ? joined : `${joined}\n`;
    return `${above}${isJson ? "" : separatorBetween(above, next)}${next}`;
  });
}

function asIs(text: string): string {
  return text;
}

// In a YAML stream each JSON value is a document.
function separateValues(text: string): string {
  const values = splitJsonStream(text) ?? [];
  if (values.length <= 1) return text;
  return values.map(({ start, end }) => `${text.slice(start, end)}\n`).join("---\n");
}

// A directive belongs to the `---` below it, so that the document above has to be ended in the other way.
function separatorBetween(above: string, next: string): string {
  if (!STARTS_WITH_DIRECTIVE.test(next)) return "---\n";
  return ENDS_WITH_DOCUMENT_END.test(above) ? "" : "...\n";
}
