import { locate } from "./locate.ts";
import type { ValuePath } from "./manifest-object.ts";
import { toProblems } from "./problem.ts";
import { type ReadDocuments, readDocuments } from "./read-documents.ts";

/** Tells where a value stands in a text, as editors take it: `shop.yaml:6:21`; the name alone where that is not known. */
export type PlaceFinder = (document: number, path: ValuePath) => string;

/** Longer texts come from a cluster, not from an editor, and take seconds to be read with the places of all values. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Reads the text with its places only when it is asked: JSON is read much faster without. */
export function createPlaceFinder(name: string, text: string): PlaceFinder {
  let read: ReadDocuments | undefined;
  return (index, path) => {
    if (text.length > MOST_CHARACTERS) return name;
    read ??= readDocuments(text);
    const found = read.ok ? read.documents[index] : undefined;
    if (found === undefined) return name;
    const offset = found.offset + locate(found.document, found.targets, path);
    const [place] = toProblems(text, [{ offset, message: "" }]);
    return place === undefined ? name : `${name}:${place.line}:${place.column}`;
  };
}
