import type { CredentialFinding } from "../credential/credentials.ts";
import type { SourceResult } from "../credential/source.ts";
import { findExpiryProblem } from "./expiry.ts";
import { RefreshResult } from "./refresh-result.ts";

/** Credentials that a source has given. */
export type Given = Extract<SourceResult, { kind: "credentials" }>;

/** What to make of what a source came to. The problem is the rest of a sentence, with the remedy. */
export type JudgedResult =
  | { readonly isUsable: true; readonly given: Given }
  | { readonly isUsable: false; readonly reason: RefreshResult; readonly problem: string };

/** Judges whether it can be written: an expired credential would take the place of one that may still be good. */
export function judgeResult(result: SourceResult, now: number): JudgedResult {
  if (result.kind === "missing") {
    return { isUsable: false, reason: RefreshResult.Missing, problem: result.message };
  }
  if (result.kind === "broken") {
    return { isUsable: false, reason: RefreshResult.Refused, problem: describeProblems(result.problems) };
  }
  const problem = result.expiresAt === undefined ? null : findExpiryProblem(result.expiresAt, now);
  if (problem === null) return { isUsable: true, given: result };
  return { isUsable: false, reason: RefreshResult.Refused, problem: `it ${problem}` };
}

/** What is wrong with a credential, in one line. */
export function describeProblems(problems: readonly CredentialFinding[]): string {
  return problems.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
}
