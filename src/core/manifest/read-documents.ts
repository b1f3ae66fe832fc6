import { type Alias, type Document, isCollection, LineCounter, type Node, parseAllDocuments } from "yaml";
import { YAML_ERRORS } from "../yaml/yaml-errors.ts";
import { type Flaw, surveyNodes } from "../yaml/yaml-nodes.ts";
import { isJson, splitJsonStream } from "./split-json-stream.ts";
import { explainTemplate } from "./template-flaws.ts";

/** One document of a stream. `offset` is to be added to the offsets of its nodes. */
export type ManifestDocument = {
  readonly document: Document.Parsed;
  readonly value: unknown;
  readonly offset: number;
  /** Whether it is written as JSON, which can be in a stream of YAML documents, too. */
  readonly isJson: boolean;
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>;
};

export type ReadDocuments =
  | { readonly ok: true; readonly documents: readonly ManifestDocument[] }
  | { readonly ok: false; readonly flaws: readonly Flaw[] };

const MAX_ALIAS_COUNT = 1000; // above what an author repeats, below what makes a small file a huge value
const MAX_SYNTAX_FLAWS = 10; // of a document: the first ones tell, those behind mostly follow from them

/** Reads a stream of YAML documents or of JSON values, with everything that is wrong with it. */
export function readDocuments(text: string): ReadDocuments {
  try {
    const parts = splitJsonStream(text);
    const documents =
      parts === null
        ? parse(text).map((document) => toManifest(text, document, 0))
        : parts.flatMap(({ start, end }) => {
            const part = text.slice(start, end);
            return parse(part).map((document) => toManifest(part, document, start));
          });
    const flaws = documents.flatMap(({ flaws }) => flaws);
    return flaws.length > 0 ? { ok: false, flaws } : { ok: true, documents };
  } catch (error) {
    // The parser calls itself for each level of nesting.
    if (error instanceof RangeError)
      return { ok: false, flaws: [{ offset: 0, message: "nested too deeply" }] };
    throw error;
  }
}

function parse(text: string): readonly Document.Parsed[] {
  const documents = parseAllDocuments(text, {
    lineCounter: new LineCounter(),
    prettyErrors: false, // they quote the file, which may hold a Secret
    logLevel: "error",
    keepSourceTokens: true, // they tell where a "-", "?" or ":" stands
    merge: true, // as kubectl reads `<<`
    stringKeys: true,
    uniqueKeys: false, // would take quadratic time; surveyNodes looks for them
  });
  return Array.isArray(documents) ? documents : [];
}

type Surveyed = ManifestDocument & { readonly flaws: readonly Flaw[] };

function toManifest(text: string, document: Document.Parsed, offset: number): Surveyed {
  const survey = surveyNodes(document);
  const read = readValue(document, [...findSyntaxFlaws(document), ...survey.flaws]);
  const flaws = explainTemplate(text, read.flaws).map((flaw) => ({ ...flaw, offset: flaw.offset + offset }));
  const { value } = read;
  return { document, value, offset, isJson: isWrittenAsJson(text, document), targets: survey.targets, flaws };
}

// Where the parser gives up because of the depth, it trips over everything below.
function findSyntaxFlaws({ errors }: Document.Parsed): readonly Flaw[] {
  const exhaustion = errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  const worth = exhaustion === undefined ? errors.toSorted((a, b) => a.pos[0] - b.pos[0]) : [exhaustion];
  return worth
    .slice(0, MAX_SYNTAX_FLAWS)
    .map(({ pos, code }) => ({ offset: pos[0], message: YAML_ERRORS[code] }));
}

type ReadValue = { readonly value: unknown; readonly flaws: readonly Flaw[] };

function readValue(document: Document.Parsed, flaws: readonly Flaw[]): ReadValue {
  if (flaws.length > 0) return { value: null, flaws };
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }), flaws };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    // A ReferenceError is the parser's word for too many aliases; what remains is a merge of something else than a map.
    const message =
      error instanceof ReferenceError
        ? "aliases repeat too much of the file: write it out"
        : 'the merge key "<<" needs a mapping, or a list of them, behind it';
    return { value: null, flaws: [{ offset: document.range[0], message }] };
  }
}

function isWrittenAsJson(text: string, { contents }: Document.Parsed): boolean {
  if (!isCollection(contents) || !contents.flow) return false;
  return isJson(text.slice(contents.range[0], contents.range[1]));
}
