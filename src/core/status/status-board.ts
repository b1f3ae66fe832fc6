import { type CopyFailures, createCopyFailures } from "../copy/copy-failures.ts";
import { createRecentDecisions, type RecentDecisions } from "./recent-decisions.ts";
import { createRefreshProblems, type RefreshProblems } from "./refresh-problems.ts";

/** What is remembered for the status page alone, by nobody where there is none. */
export type StatusBoard = {
  readonly decisions: RecentDecisions;
  readonly failures: CopyFailures;
  readonly refreshes: RefreshProblems;
};

/** As many as a person looks through; each is some hundred bytes. */
const DECISIONS = 100;

/** Starts with nothing on it. */
export function createStatusBoard(now: () => number): StatusBoard {
  return {
    decisions: createRecentDecisions(DECISIONS, now),
    failures: createCopyFailures(),
    refreshes: createRefreshProblems(),
  };
}
