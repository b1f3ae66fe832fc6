/** A copy in which one of all the values, counted in the order of JSON, is another one. */
export function replaceOne(value: unknown, position: number, replacement: unknown): unknown {
  let count = 0;
  JSON.stringify(value, (_key, inner) => {
    count++;
    return inner;
  });
  // The value may hold the replacement itself, which must not come to stand within itself.
  const other = structuredClone(replacement);
  let current = 0;
  return JSON.parse(JSON.stringify(value, (_key, inner) => (current++ === position % count ? other : inner)));
}
