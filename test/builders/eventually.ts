/** How long a test waits for something that happens in another process, before it says that it did not. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 20;

/** Asks again and again until the answer is given, and returns it; undefined means not yet. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  for (let waited = 0; waited < PATIENCE_MS; waited += PAUSE_MS) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`this never happened: ${what}`);
}
