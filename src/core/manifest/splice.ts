/** A change of a text: what is between two offsets gives way to something else. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** Makes all changes at once; they must not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = "";
  let position = 0;
  for (const { start, end, text: replacement } of splices.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(position, start) + replacement;
    position = end;
  }
  return result + text.slice(position);
}
