import { Redacted } from "../credential/redacted.ts";
import { readTimestamp } from "./timestamp.ts";

/** What a cloud's registry API gave, or what is wrong with its answer; the answer itself is not quoted. */
export type RegistryToken =
  | {
      readonly ok: true;
      readonly username: string;
      readonly password: Redacted;
      /** In milliseconds since the epoch, on the server's clock. */
      readonly expiresAt: number;
    }
  | { readonly ok: false; readonly problem: string };

/** The fields of an answer, not yet looked at. */
export type TokenFields = {
  readonly username: unknown;
  readonly password: unknown;
  readonly expiry: unknown;
};

/** How long tokens of these clouds live where an answer does not say. */
const LIFE_MS = 60 * 60_000;

/** Reads what an API gave as a token. `now` is the server's time. */
export function readRegistryToken({ username, password, expiry }: TokenFields, now: number): RegistryToken {
  if (typeof username !== "string" || username === "") {
    return { ok: false, problem: "the answer has no user name" };
  }
  if (typeof password !== "string" || password === "")
    return { ok: false, problem: "the answer has no token" };
  const expiresAt = readTimestamp(expiry) ?? now + LIFE_MS;
  return { ok: true, username, password: new Redacted(password), expiresAt };
}
