const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "no permission to read it",
  ENOTDIR: "a part of the path is not a directory",
};

/** Why a file could not be read, in words. Node's own message quotes the path. */
export function explainReadError(cause: unknown): string {
  const { code = "unknown error" } = cause as NodeJS.ErrnoException;
  return EXPLANATIONS[code] ?? code;
}
