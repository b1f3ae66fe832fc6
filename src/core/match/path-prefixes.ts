/** Values by path prefix, found for a path without looking at every prefix: one look-up for each length there is. */
export class PathPrefixes<Value> {
  readonly #values = new Map<string, Value[]>();
  /** Ascending. */
  #lengths: number[] = [];

  add(prefix: string, value: Value): void {
    const values = this.#values.get(prefix);
    if (values !== undefined) {
      values.push(value);
      return;
    }
    this.#values.set(prefix, [value]);
    this.#lengths = [...new Set([...this.#lengths, prefix.length])].sort((a, b) => a - b);
  }

  /** Appends the values of every prefix of the path. */
  collect(path: string, found: Value[]): void {
    for (const length of this.#lengths) {
      if (length > path.length) return;
      const values = this.#values.get(path.slice(0, length));
      if (values !== undefined) found.push(...values);
    }
  }
}
