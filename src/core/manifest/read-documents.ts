import { type Document, LineCounter, parseAllDocuments } from "yaml";
import { YAML_ERRORS } from "../yaml/yaml-errors.ts";
import { type Flaw, surveyNodes } from "../yaml/yaml-nodes.ts";
import { splitJsonStream } from "./split-json-stream.ts";

/** One document of a stream. `offset` is to be added to the offsets of its nodes. */
export type ManifestDocument = {
  readonly document: Document.Parsed;
  readonly value: unknown;
  readonly offset: number;
  readonly isJson: boolean;
};

export type ReadDocuments =
  | { readonly ok: true; readonly documents: readonly ManifestDocument[] }
  | { readonly ok: false; readonly flaws: readonly Flaw[] };

const MAX_ALIAS_COUNT = 1000; // above what an author repeats, below what makes a small file a huge value
const HELM = /\{\{/;

/** Reads a stream of YAML documents or of JSON values, with everything that is wrong with it. */
export function readDocuments(text: string): ReadDocuments {
  try {
    const parts = splitJsonStream(text);
    const documents =
      parts === null
        ? parse(text).map((document) => toManifest(document, 0, false))
        : parts.flatMap(({ start, end }) =>
            parse(text.slice(start, end)).map((document) => toManifest(document, start, true)),
          );
    const flaws = documents.flatMap(({ flaws }) => flaws);
    return flaws.length > 0 ? { ok: false, flaws: explainTemplates(text, flaws) } : { ok: true, documents };
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
    merge: true, // as kubectl reads `<<`
    stringKeys: true,
    uniqueKeys: false, // would take quadratic time; surveyNodes looks for them
  });
  return Array.isArray(documents) ? documents : [];
}

type Surveyed = ManifestDocument & { readonly flaws: readonly Flaw[] };

function toManifest(document: Document.Parsed, offset: number, isJson: boolean): Surveyed {
  const { flaws } = surveyNodes(document);
  const errors = document.errors.map(({ pos, code }) => ({ offset: pos[0], message: YAML_ERRORS[code] }));
  const all = [...errors, ...flaws].map((flaw) => ({ ...flaw, offset: flaw.offset + offset }));
  if (all.length > 0) return { document, value: null, offset, isJson, flaws: all };
  try {
    return { document, value: document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }), offset, isJson, flaws: [] };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    // A ReferenceError is the parser's word for too many aliases; what remains is a merge of something else than a map.
    const message =
      error instanceof ReferenceError
        ? "aliases repeat too much of the file: write it out"
        : 'the merge key "<<" needs a mapping, or a list of them, behind it';
    return { document, value: null, offset, isJson, flaws: [{ offset: document.range[0], message }] };
  }
}

// Templates break YAML in many ways, all of which have one remedy.
function explainTemplates(text: string, flaws: readonly Flaw[]): readonly Flaw[] {
  if (!HELM.test(text)) return flaws;
  const message = "this is a template, not a manifest: render it first, for example with helm template";
  return [{ offset: text.search(HELM), message }];
}
