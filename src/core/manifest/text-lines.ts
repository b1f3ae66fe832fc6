/** Where the line of an offset starts. */
export function lineStartOf(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** How the line of an offset ends, or the one above it where it is the last. Files may mix both ends. */
export function lineEndingAt(text: string, offset: number): string {
  const below = text.indexOf("\n", offset);
  const end = below === -1 ? text.lastIndexOf("\n") : below;
  return end > 0 && text[end - 1] === "\r" ? "\r\n" : "\n";
}
