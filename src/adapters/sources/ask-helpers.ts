import type { HelperQuestion } from "../../core/credential/helper-plan.ts";
import { mapConcurrently } from "../../core/queue/map-concurrently.ts";
import { askHelper, type HelperResult } from "./credential-helper.ts";

export type HelperOptions = {
  /** Where PATH and whatever the helpers need come from. */
  readonly environment: NodeJS.ProcessEnv;
  /** How long all of them have together, in milliseconds. */
  readonly timeout?: number;
};

const TIMEOUT_MS = 30_000;
/** Each is a process of its own, some of which start a runtime and call a cloud. */
const CONCURRENCY = 8;

/**
 * What the helpers answered, in the order of the questions. They are asked side by side and share one time limit, so that
 * several that hang take no longer than one. Rejects only where the signal is aborted, which ends them all.
 */
export async function askHelpers(
  questions: readonly HelperQuestion[],
  { environment, timeout = TIMEOUT_MS }: HelperOptions,
  signal?: AbortSignal,
): Promise<readonly HelperResult[]> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeout);
  const ending = AbortSignal.any([deadline.signal, ...(signal === undefined ? [] : [signal])]);
  const within = `within ${timeout / 1_000} s`;

  async function ask({ suffix, server }: HelperQuestion): Promise<HelperResult> {
    if (ending.aborted && !signal?.aborted) return failed(`had no turn ${within}, because others hang`);
    try {
      return await askHelper(suffix, server, environment, ending);
    } catch (error) {
      if (signal?.aborted || !ending.aborted) throw error;
      return failed(`did not answer ${within}`);
    }
  }

  try {
    const results = await mapConcurrently(questions, CONCURRENCY, ask);
    signal?.throwIfAborted();
    return results;
  } finally {
    clearTimeout(timer);
  }
}

function failed(problem: string): HelperResult {
  return { kind: "failed", problem };
}
