import { mapConcurrently } from "../../core/queue/map-concurrently.ts";
import { concludeAttempts } from "../../core/verify/conclude.ts";
import { type KnownCredentials, planPull, toAnonymousResult, toResult } from "../../core/verify/plan-pull.ts";
import type { Target } from "../../core/verify/target.ts";
import { Verdict, type VerifyResult } from "../../core/verify/verdict.ts";
import type { RegistryClient } from "./registry-client.ts";

export type VerifyRun = {
  readonly client: RegistryClient;
  readonly known: KnownCredentials;
  /** How much is tried side by side. */
  readonly concurrency: number;
  /** Called whenever something was tried. */
  readonly onDone: () => void;
};

/** Tries images with the pull secrets that their Pods have. The results are in the order of the targets. */
export async function verifyImages(
  targets: readonly Target[],
  { client, known, concurrency, onDone }: VerifyRun,
): Promise<readonly VerifyResult[]> {
  const results = await mapConcurrently(targets, concurrency, async (target) => {
    const found = await verifyImage(target, client, known);
    onDone();
    return found;
  });
  return results.flat();
}

async function verifyImage(
  target: Target,
  client: RegistryClient,
  known: KnownCredentials,
): Promise<readonly VerifyResult[]> {
  const { results, attempts, isAnonymous } = planPull(target, known);
  const { reference } = target;
  if (reference === null) return results;
  if (isAnonymous) return [...results, toAnonymousResult(target, await client.pull(reference, null))];
  const tried: VerifyResult[] = [];
  for (const entry of attempts) {
    const outcome = await client.pull(reference, entry.credential);
    tried.push(toResult(target, entry, outcome));
    if (outcome.verdict === Verdict.Works) break; // kubelet goes no further either
  }
  return [...results, ...concludeAttempts(tried)];
}
