import { readFile } from "node:fs/promises";
import { Redacted } from "../../core/credential/redacted.ts";
import { watchFile } from "../files/watch-file.ts";

/** A token that somebody else renews, such as a projected one of a ServiceAccount. */
export type TokenFile = {
  /** The token as it is now; null where there is none. Rejects where the file cannot be read. */
  read(signal?: AbortSignal): Promise<Redacted | null>;
  /**
   * Calls back when the file changes after none was found in it. A token that was renewed is no reason to ask a cloud
   * again. Returns the function that stops it.
   */
  watch(onChange: () => void): () => void;
};

/** The token in this file. */
export function tokenFile(path: string): TokenFile {
  let isMissing = false;
  return {
    async read(signal) {
      const token = await readToken(path, signal);
      isMissing = token === null;
      return token;
    },
    watch: (onChange) =>
      watchFile(path, () => {
        if (isMissing) onChange();
      }),
  };
}

async function readToken(path: string, signal?: AbortSignal): Promise<Redacted | null> {
  try {
    const text = (await readFile(path, { encoding: "utf8", ...(signal && { signal }) })).trim();
    return text === "" ? null : new Redacted(text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
