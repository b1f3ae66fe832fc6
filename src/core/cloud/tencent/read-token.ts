import type { JsonObject } from "../../json/json-object.ts";
import { type RegistryToken, readRegistryToken } from "../registry-token.ts";

/** Reads the answer of CreateInstanceToken. */
export function readInstanceToken({ Username, Token, ExpTime }: JsonObject, now: number): RegistryToken {
  return readRegistryToken({ username: Username, password: Token, expiry: ExpTime }, now);
}
