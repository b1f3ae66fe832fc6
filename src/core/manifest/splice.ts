/** A change of a text: what is between two offsets gives way to something else. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** Makes all changes at once; they must not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = "";
  let position = 0;
  for (const { start, end, text: replacement } of inOrder(splices)) {
    result += text.slice(position, start) + replacement;
    position = end;
  }
  return result + text.slice(position);
}

/** Where an offset of the changed text was before the changes; for what is new, where it was put. */
export function originOf(offset: number, splices: readonly Splice[]): number {
  let shift = 0;
  for (const { start, end, text } of inOrder(splices)) {
    if (offset < start + shift) break;
    if (offset < start + shift + text.length) return start;
    shift += text.length - (end - start);
  }
  return offset - shift;
}

function inOrder(splices: readonly Splice[]): readonly Splice[] {
  return splices.toSorted((a, b) => a.start - b.start);
}
