const MASK = "[redacted]";

/**
 * A string that must never be shown. Printing, logging, joining or serialising it yields a mask; `reveal()` is the
 * only way to the text, so that every place where a credential leaves can be found by searching for that word.
 */
export class Redacted {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the one place that has to send or store it. */
  reveal(): string {
    return this.#text;
  }

  /** Whether both hold the same text. */
  equals(other: Redacted): boolean {
    return this.#text === other.#text;
  }

  get isEmpty(): boolean {
    return this.#text === "";
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return MASK;
  }
}
