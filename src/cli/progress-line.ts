/** Where progress is shown: standard error. */
export type ProgressStream = { readonly isTTY?: boolean; write(text: string): unknown };

/** One line that tells how far a command is. */
export type ProgressLine = {
  show(text: string): void;
  /** Takes the line away, so that nothing of it is left among what is printed. */
  clear(): void;
};

const ERASE_LINE = "\r\u001b[2K";

/** Shows progress to a person at a terminal, and nothing to a file or a pipe. */
export function createProgressLine(stream: ProgressStream): ProgressLine {
  if (stream.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  return {
    show: (text) => stream.write(`${ERASE_LINE}${text}`),
    clear: () => stream.write(ERASE_LINE),
  };
}
