import { RegistryFailure } from "./registry-failure.ts";

/** Asks somebody, whom the key names, unless that has shown to be in vain. */
export type AskIfHeard = <Value>(key: string, ask: () => Promise<Value>) => Promise<Value>;

type Silence = { readonly failure: RegistryFailure; readonly isLasting: boolean };

/** Whoever has given no answer twice in a row is asked no more: the failure is told again, so that nobody waits for it. */
export function leaveSilent(): AskIfHeard {
  const silences = new Map<string, Silence>();
  return async (key, ask) => {
    const before = silences.get(key);
    if (before?.isLasting === true) throw before.failure;
    try {
      const value = await ask();
      silences.delete(key);
      return value;
    } catch (error) {
      if (error instanceof RegistryFailure)
        silences.set(key, { failure: error, isLasting: silences.has(key) });
      throw error;
    }
  };
}
