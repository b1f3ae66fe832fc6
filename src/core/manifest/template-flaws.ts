import type { Flaw } from "../yaml/yaml-nodes.ts";

const MESSAGE = "this is a template, not a manifest: render it first, for example with helm template";

/**
 * Templates break YAML in many ways, all of which have one remedy. A document's first flaw tells whether it is one: it is
 * right at a `{{`. Text that holds `{{` elsewhere, such as the data of a ConfigMap, is none.
 */
export function explainTemplate(text: string, flaws: readonly Flaw[]): readonly Flaw[] {
  const first = Math.min(...flaws.map(({ offset }) => offset));
  const place = Number.isFinite(first) ? findBraces(text, first) : null;
  return place === null ? flaws : [{ offset: place, message: MESSAGE }];
}

// In the rest of the line, outside of quotes, or at the start of the next one, which then continues a text of this one.
function findBraces(text: string, offset: number): number | null {
  const start = text[offset - 1] === "{" ? offset - 1 : offset;
  const line = text.slice(start, endOfLine(text, start));
  const [before] = /^[^"']*?(?=\{\{)/.exec(line) ?? [];
  if (before !== undefined) return start + before.length;
  const next = start + line.length + 1;
  const [indent] = /^ *(?=\{\{)/.exec(text.slice(next, endOfLine(text, next))) ?? [];
  return indent === undefined ? null : next + indent.length;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end;
}
