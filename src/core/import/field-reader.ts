import { formatPath, type Path } from "../config/problem.ts";
import type { JsonObject } from "../json/json-object.ts";
import type { ImportNote } from "./found.ts";

/** Reads the fields of one object of the input, and notes which of them cannot be read. */
export type FieldReader = {
  /** A text, or a number as text; undefined where it is absent or empty. */
  text(key: string): string | undefined;
  /** The parts of a text with commas between them; undefined where it is absent. */
  texts(key: string): readonly string[] | undefined;
  /** Notes something about a field. */
  note(key: string, message: string): void;
  /** Notes every field but these. */
  noteUnknown(known: readonly string[]): void;
};

/** The reader of the object that stands at this path below a place of the input. */
export function createFieldReader(
  object: JsonObject,
  place: string,
  path: Path,
  notes: ImportNote[],
): FieldReader {
  const note = (key: string, message: string): void => {
    notes.push({ path: placeBelow(place, [...path, key]), message });
  };
  const text = (key: string): string | undefined => {
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value === "string" || typeof value === "number") return String(value).trim();
    note(key, "must be text: it was not read");
    return undefined;
  };
  return {
    text,
    texts: (key) =>
      text(key)
        ?.split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    note,
    noteUnknown(known) {
      for (const key of Object.keys(object))
        if (!known.includes(key)) note(key, "is not known: it was not read");
    },
  };
}

/** Where something stands, below a place of the input. */
export function placeBelow(place: string, path: Path): string {
  return `${place}: ${formatPath(path)}`;
}
