import { Verdict, type VerifyResult } from "./verdict.ts";

/** What decides, first: one registry that refuses the credential is news, wherever else it works. */
const ORDER = [Verdict.WrongCredentials, Verdict.Works, Verdict.NoCredential];

/** What the logins with one mapping's credentials come to, told by the one that decides; undefined where there is none. */
export function concludeLogins(results: readonly VerifyResult[]): VerifyResult | undefined {
  for (const wanted of ORDER) {
    const found = results.find(({ verdict }) => verdict === wanted);
    if (found !== undefined) return found;
  }
  return results[0];
}

/**
 * What is known after logging in again with the same credentials. Where nothing was learned this time, what was known still
 * holds: a registry that is away makes no credential right, and none wrong.
 */
export function updateLogins(
  known: readonly VerifyResult[],
  results: readonly VerifyResult[],
): readonly VerifyResult[] {
  return results.map((result) => {
    if (isConclusive(result)) return result;
    const before = known.find(
      ({ registry, key }) => registry === result.registry && key === result.key && registry !== null,
    );
    return before ?? result;
  });
}

/** Whether a registry has said yes or no. */
export function isConclusive({ verdict }: Pick<VerifyResult, "verdict">): boolean {
  return verdict === Verdict.Works || verdict === Verdict.WrongCredentials;
}
