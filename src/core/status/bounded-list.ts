/** The first of many, and how many there are beside them: so that what is shown stays small in a large cluster. */
export type BoundedList<T> = { readonly items: readonly T[]; readonly more: number };

/** Keeps at most so many. */
export function bound<T>(all: readonly T[], limit: number): BoundedList<T> {
  return { items: all.slice(0, limit), more: Math.max(0, all.length - limit) };
}
