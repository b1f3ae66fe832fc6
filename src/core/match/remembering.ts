/** At this many texts of common length, what is remembered stays below a few MiB. */
const REMEMBERED = 4_096;
const LONGEST_REMEMBERED = 512;

/** A pure function of a text that remembers its outcome for the texts that it met last. */
export function remembering<T>(compute: (text: string) => T): (text: string) => T {
  const remembered = new Map<string, { readonly outcome: T }>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known.outcome;
    const outcome = compute(text);
    if (text.length > LONGEST_REMEMBERED) return outcome;
    if (remembered.size >= REMEMBERED) forgetFirst(remembered);
    remembered.set(text, { outcome });
    return outcome;
  };
}

// A Map iterates in the order of insertion.
function forgetFirst(remembered: Map<string, unknown>): void {
  for (const text of remembered.keys()) {
    remembered.delete(text);
    return;
  }
}
