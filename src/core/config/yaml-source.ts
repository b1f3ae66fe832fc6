import { type Document, LineCounter, parseAllDocuments } from "yaml";
import { YAML_ERRORS } from "../yaml/yaml-errors.ts";
import { type Flaw, surveyNodes } from "../yaml/yaml-nodes.ts";
import type { Issue } from "./issue.ts";
import { formatPath, type Problem } from "./problem.ts";
import { createLocator } from "./yaml-locator.ts";

/** A config file that is one sound YAML document. */
export type YamlSource = {
  readonly value: unknown;
  /** The problem with the line and column of what it is about. */
  locate(problem: Problem): Issue;
};

/** The outcome of reading a config file as YAML. */
export type ReadYaml =
  /** `flaws` are those, such as a repeated key, beside which the rest can still be checked. */
  | { readonly ok: true; readonly source: YamlSource; readonly flaws: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

const MAX_LENGTH = 1024 * 1024; // the most that a ConfigMap can hold
const MAX_ALIAS_COUNT = 1000; // above what an author repeats, below what makes a small file a huge value

/** Reads the one YAML document of a config file. No text of the file but its keys gets into a message. */
export function readYaml(text: string): ReadYaml {
  if (text.length > MAX_LENGTH)
    return refuse("the file must be at most 1 MiB, the most that a ConfigMap can hold");
  const lines = new LineCounter();
  const documents = parseDocuments(text, lines).filter((document) => hasContent(document));
  const [document, second] = documents;
  if (document === undefined)
    return refuse("the file is empty; start it with apiVersion, kind and registries");

  const survey = surveyNodes(document);
  const errors = [...documents.flatMap(findSyntaxFlaws)];
  if (second !== undefined) errors.push({ offset: second.range[0], message: YAML_ERRORS.MULTIPLE_DOCS });
  if (errors.length > 0) return { ok: false, issues: uniqueIssues([...errors, ...survey.flaws], lines) };

  const flaws = uniqueIssues(survey.flaws, lines);
  const value = toValue(document);
  if (value === TOO_MANY_ALIASES) {
    if (flaws.length > 0) return { ok: false, issues: flaws };
    return refuse("aliases repeat too much of the file: write it out");
  }
  const offsetOf = createLocator(document, survey.targets);
  const locate = (problem: Problem): Issue => ({
    path: formatPath(problem.path),
    message: problem.message,
    severity: problem.severity,
    ...positionAt(offsetOf(problem), lines),
  });
  return { ok: true, source: { value, locate }, flaws };
}

const TOO_MANY_ALIASES = Symbol("too many aliases");

function refuse(message: string): ReadYaml {
  return { ok: false, issues: [{ path: "", message, severity: "error", line: null, column: null }] };
}

function parseDocuments(text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  return parseAllDocuments(text, {
    lineCounter,
    prettyErrors: false, // they quote the file
    logLevel: "error", // else the parser warns by way of the process
    schema: "core", // also below a %YAML 1.1 directive, where `no` would be false
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false, // would take quadratic time; surveyNodes looks for them
  });
}

/** A `---` before or after the document makes an empty one, which harms nobody. */
function hasContent(document: Document.Parsed): boolean {
  const { contents, errors } = document;
  return errors.length > 0 || (contents !== null && contents.range[0] !== contents.range[1]);
}

function findSyntaxFlaws(document: Document.Parsed): readonly Flaw[] {
  return [...document.errors, ...document.warnings].map(({ pos, code }) => ({
    offset: pos[0],
    message: YAML_ERRORS[code],
  }));
}

function toValue(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
  } catch (cause) {
    // The parser's word for too many aliases. An unknown alias has been found before.
    if (cause instanceof ReferenceError) return TOO_MANY_ALIASES;
    throw cause;
  }
}

/** One mistake often makes several errors of the parser: one for each place and message is enough. */
function uniqueIssues(flaws: readonly Flaw[], lines: LineCounter): readonly Issue[] {
  const sorted = flaws.toSorted((a, b) => a.offset - b.offset);
  const issues = new Map<string, Issue>();
  for (const { offset, message } of sorted) {
    const position = positionAt(offset, lines);
    const key = `${position.line}: ${message}`;
    if (!issues.has(key)) issues.set(key, { path: "", message, severity: "error", ...position });
  }
  return [...issues.values()];
}

function positionAt(offset: number, lines: LineCounter): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
