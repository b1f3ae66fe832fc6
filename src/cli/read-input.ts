import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { PullcredError } from "../core/error.ts";

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "no permission to read it",
  ENOTDIR: "a part of the path is not a directory",
};

/** Reads a file, or standard input for `-`, as text. */
export async function readInput(path: string): Promise<string> {
  try {
    return path === "-" ? await text(process.stdin) : await readFile(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    const name = path === "-" ? "standard input" : path;
    throw new PullcredError("FileUnreadable", `could not read ${name}: ${EXPLANATIONS[code] ?? code}`, {
      cause,
    });
  }
}
