import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/** The object in the body of an answer; empty where there is none. Nothing of the body can get into an error. */
export function readJsonObject(body: string): JsonObject {
  try {
    const value: unknown = JSON.parse(body);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** A text in such an object; undefined where it is missing, empty or no text. */
export function readText(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}
