import { RegistryFailure } from "./registry-failure.ts";

/** What is known by key: asks where nothing is. Whoever comes meanwhile waits for the same answer. */
export type Memory<Value> = (key: string, ask: () => Promise<Value>) => Promise<Value>;

/**
 * Asks once for what an answer settles, and again for the rest.
 *
 * | what came                     | the next one                                                            |
 * |-------------------------------|-------------------------------------------------------------------------|
 * | an answer that settles        | is told it                                                              |
 * | an answer that is of a moment | asks anew                                                               |
 * | none                          | asks anew; after two in a row is told so, and waits for no timeout more |
 */
export function rememberSettled<Value>(isSettled: (value: Value) => boolean): Memory<Value> {
  const known = new Map<string, Promise<Value>>();
  const silent = new Set<string>();

  function note(key: string, value: Value): void {
    silent.delete(key);
    if (!isSettled(value)) known.delete(key);
  }

  function noteFailure(key: string, error: unknown): void {
    if (silent.has(key) && error instanceof RegistryFailure) return;
    silent.add(key);
    known.delete(key);
  }

  return (key, ask) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const asking = ask();
    known.set(key, asking);
    asking.then(
      (value) => note(key, value),
      (error: unknown) => noteFailure(key, error),
    );
    return asking;
  };
}
