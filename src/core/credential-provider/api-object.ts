import { parseJson } from "../credential/json-text.ts";
import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { findRepeatedKey } from "../json/strict-json.ts";

/** An object of the API, or what is wrong with it, as the rest of a sentence. A text that holds credentials is not quoted. */
export type ApiObject =
  | { readonly ok: true; readonly object: JsonObject }
  | { readonly ok: false; readonly problem: string };

/** Reads an object of the API, whatever fields it has: those of a later version than this one are no reason to refuse it. */
export function readObject(text: string, kind: string): ApiObject {
  const parsed = parseJson(text);
  if (!parsed.ok) return { ok: false, problem: `is not JSON: see ${parsed.place}` };
  if (!isJsonObject(parsed.value)) return { ok: false, problem: "must be a JSON object" };
  const object = parsed.value;
  return object.kind === kind ? { ok: true, object } : { ok: false, problem: `must have the kind ${kind}` };
}

/**
 * Reads an object of the API as kubelet reads an answer: JSON in which no field is unknown and none stands twice.
 * (EnableStrict of k8s.io/apimachinery, as pkg/credentialprovider/plugin of k8s.io/kubernetes uses it)
 */
export function readStrictObject(text: string, kind: string, fields: readonly string[]): ApiObject {
  const read = readObject(text, kind);
  if (!read.ok) return read;
  const known = ["apiVersion", "kind", ...fields];
  if (Object.keys(read.object).some((key) => !known.includes(key))) {
    return { ok: false, problem: `has a field that is not one of ${known.join(", ")}` };
  }
  try {
    if (findRepeatedKey(text) !== null) return { ok: false, problem: "has a field twice" };
  } catch {
    return { ok: false, problem: "is nested too deeply" }; // it takes a call for each level
  }
  return read;
}
