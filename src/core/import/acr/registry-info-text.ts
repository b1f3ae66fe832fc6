import { isJsonObject, type JsonObject } from "../../json/json-object.ts";
import { toProblems } from "../../manifest/problem.ts";
import { readDocuments } from "../../manifest/read-documents.ts";
import type { ImportNote } from "../found.ts";

const NOTHING = "nothing was made of the instances";

/**
 * Reads `acr-registry-info`, which is YAML in a text. Null where that cannot be read, as with `domains: "a.com","b.com"`,
 * which older documents of the helper show; that is noted.
 */
export function readRegistryInfo(
  text: unknown,
  path: string,
  notes: ImportNote[],
): readonly JsonObject[] | null {
  const refuse = (message: string): null => {
    notes.push({ path, message: `${message}: ${NOTHING}` });
    return null;
  };
  if (text === undefined || text === null) return [];
  if (typeof text !== "string")
    return refuse("must be text that holds a list, written with a | behind the key");
  const read = readDocuments(text);
  if (!read.ok) {
    for (const { line, message } of toProblems(text, read.flaws)) {
      const isDomains = /^\s*(?:- *)?domains:\s*["'].*["']\s*,/.test(text.split("\n")[line - 1] ?? "");
      const remedy = isDomains ? 'several domains are one text: "a.example.com,b.example.com"' : message;
      notes.push({ path: `${path}, line ${line}`, message: `${remedy}: ${NOTHING}` });
    }
    return null;
  }
  const value = read.documents
    .map((document) => document.value)
    .find((one) => one !== null && one !== undefined);
  if (value === undefined) return [];
  if (!Array.isArray(value)) return refuse("must hold a list of instances, each with a - before it");
  if (!value.every(isJsonObject)) return refuse("must hold instances with instanceId and regionId");
  return value;
}
