import type { CredentialSource, SourceResult } from "../credential/source.ts";
import type { Clock } from "../time/clock.ts";

/**
 * Reads a source, but not for longer than `limit` milliseconds: one that hangs must not keep its mapping from ever being
 * asked again. Rejects at once where the signal is aborted, also if the source does not listen to it.
 */
export async function readInTime(
  source: CredentialSource,
  limit: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<SourceResult> {
  signal.throwIfAborted();
  const reading = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    reading.abort(reason);
    reject(reason);
  };
  const abort = (): void => end(signal.reason);
  const cancel = clock.after(limit, () =>
    end(new Error(`the source did not answer within ${limit / 1_000} s`)),
  );
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([source.read(reading.signal), ended]);
  } finally {
    cancel();
    signal.removeEventListener("abort", abort);
  }
}
