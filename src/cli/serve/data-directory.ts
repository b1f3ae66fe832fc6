import { mkdir } from "node:fs/promises";
import { PullcredError } from "../../core/error.ts";

const PROBLEMS: Readonly<Record<string, string>> = {
  EEXIST: "it is no directory",
  ENOTDIR: "a part of the path is no directory",
  EACCES: "no permission to write there",
  EPERM: "no permission to write there",
  EROFS: "the file system is read-only",
  // What Node makes of EROFS while it makes a directory with its parents.
  ENOENT: "the file system is read-only, or a link leads nowhere",
};

/** Makes sure that the directory of `--data-dir` is there. */
export async function makeDataDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    const problem = describeWriteProblem(cause);
    throw new PullcredError("WrongUse", `could not use --data-dir ${path}: ${problem}: name another one`, {
      cause,
    });
  }
}

/** Why nothing could be written, in words. */
export function describeWriteProblem(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
  return PROBLEMS[code] ?? code;
}
