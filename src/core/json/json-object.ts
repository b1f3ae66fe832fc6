/** An object as JSON.parse or a YAML parser made it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether it is an object with keys: neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
