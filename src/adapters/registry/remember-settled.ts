import { leaveSilent } from "./leave-silent.ts";

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
  const askIfHeard = leaveSilent();

  return (key, ask) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const asking = askIfHeard(key, ask);
    known.set(key, asking);
    asking.then(
      (value) => void (isSettled(value) || known.delete(key)),
      () => known.delete(key),
    );
    return asking;
  };
}
