import { type Glob, matchesGlob, parseGlob } from "./glob.ts";

type GlobEntry<Value> = { readonly glob: Glob; readonly value: Value };
type Frame = { readonly before: number; readonly after: number };

/**
 * Values by the glob of a DNS label, found for a label without trying every glob: literals by their text, and globs by
 * the text before their first and behind their last star, in one look-up for each pair of lengths there is.
 */
export class LabelTable<Value> {
  readonly #literals = new Map<string, Value>();
  readonly #globs = new Map<string, GlobEntry<Value>>();
  readonly #framed = new Map<string, GlobEntry<Value>[]>();
  readonly #frames: Frame[] = [];

  /** The value of exactly this glob, made where there is none; null where the glob is malformed and can't match. */
  get(pattern: string, create: () => Value): Value | null {
    const existing = this.#literals.get(pattern) ?? this.#globs.get(pattern)?.value;
    if (existing !== undefined) return existing;
    const glob = parseGlob(pattern);
    if (glob === null) return null;
    const value = create();
    if (/[*?[\\]/.test(pattern)) this.#addGlob(pattern, { glob, value });
    else this.#literals.set(pattern, value);
    return value;
  }

  /** Calls back with the value of every glob that matches the label. */
  visit(label: string, visit: (value: Value) => void): void {
    const literal = this.#literals.get(label);
    if (literal !== undefined) visit(literal);
    for (const { before, after } of this.#frames) {
      if (before + after > label.length) continue;
      const entries = this.#framed.get(frameKey(label.slice(0, before), label.slice(label.length - after)));
      for (const entry of entries ?? []) if (matchesGlob(entry.glob, label)) visit(entry.value);
    }
  }

  #addGlob(pattern: string, entry: GlobEntry<Value>): void {
    this.#globs.set(pattern, entry);
    const [before, after] = frameOf(pattern);
    const key = frameKey(before, after);
    const entries = this.#framed.get(key);
    if (entries !== undefined) entries.push(entry);
    else this.#framed.set(key, [entry]);
    const isKnown = this.#frames.some(
      (frame) => frame.before === before.length && frame.after === after.length,
    );
    if (!isKnown) this.#frames.push({ before: before.length, after: after.length });
  }
}

// Only stars leave the text around them literal; with a class, `?` or a backslash the glob is tried on every label.
function frameOf(pattern: string): readonly [before: string, after: string] {
  if (/[?[\\]/.test(pattern)) return ["", ""];
  return [pattern.slice(0, pattern.indexOf("*")), pattern.slice(pattern.lastIndexOf("*") + 1)];
}

function frameKey(before: string, after: string): string {
  return `${before}*${after}`;
}
