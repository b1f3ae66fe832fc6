import type { Remark } from "../problem.ts";

/** Checks the path of a file that pullcred has to read. */
export function checkFilePath(path: string): readonly Remark[] {
  if (path.startsWith("~")) {
    return [{ severity: "error", message: 'must be the path of a file; "~" is not expanded: write it out' }];
  }
  if (path.includes("\0")) {
    return [{ severity: "error", message: "must be the path of a file; it has a NUL character" }];
  }
  return [];
}
