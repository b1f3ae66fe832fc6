import { LineCounter } from "yaml";
import { YAML_ERRORS } from "../yaml/yaml-errors.ts";
import type { Flaw } from "../yaml/yaml-nodes.ts";

/** Why manifests cannot be changed, with the place. Quotes nothing of them: they may hold Secrets. */
export type ManifestProblem = { readonly line: number; readonly column: number; readonly message: string };

/** The problems of a text in its order. One mistake often makes many flaws: one for each line and message is enough. */
export function toProblems(text: string, flaws: readonly Flaw[]): readonly ManifestProblem[] {
  const lines = countLines(text);
  const problems = new Map<string, ManifestProblem>();
  for (const { offset, message } of flaws.toSorted((a, b) => a.offset - b.offset)) {
    const { line, col } = lines.linePos(offset);
    const problem = { line: Math.max(line, 1), column: Math.max(col, 1), message };
    // What is nested too deeply is so on every line below, too.
    const key = message === YAML_ERRORS.RESOURCE_EXHAUSTION ? message : `${problem.line}: ${message}`;
    if (!problems.has(key)) problems.set(key, problem);
  }
  return [...problems.values()];
}

function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  for (let position = 0; position !== -1; position = text.indexOf("\n", position) + 1 || -1)
    lines.addNewLine(position);
  return lines;
}
