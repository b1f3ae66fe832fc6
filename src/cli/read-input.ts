import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { explainReadError } from "../adapters/files/explain-read-error.ts";
import { PullcredError } from "../core/error.ts";

/** Reads a file, or standard input for `-`, as the text that its bytes are: a byte order mark stays. */
export async function readInput(path: string): Promise<string> {
  const name = path === "-" ? "standard input" : path;
  const bytes = await readBytes(path, name);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const line = findBadLine(bytes);
    throw new PullcredError(
      "FileUnreadable",
      `could not read ${name}: line ${line} is not UTF-8 text: save the file as UTF-8`,
      { cause },
    );
  }
}

async function readBytes(path: string, name: string): Promise<Buffer> {
  try {
    return path === "-" ? await buffer(process.stdin) : await readFile(path);
  } catch (cause) {
    throw new PullcredError("FileUnreadable", `could not read ${name}: ${explainReadError(cause)}`, {
      cause,
    });
  }
}

// A line feed is never a part of another character in UTF-8, so that each line is good or bad by itself.
function findBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0, end = 0; start < bytes.length; start = end + 1, line++) {
    const found = bytes.indexOf("\n", start);
    end = found === -1 ? bytes.length : found;
    if (!isUtf8(bytes.subarray(start, end))) return line;
  }
  return line;
}
