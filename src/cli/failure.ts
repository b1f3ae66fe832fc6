import { CommanderError } from "commander";
import { PullcredError } from "../core/error.ts";

/** Fine. */
export const EXIT_OK = 0;
/** The command worked, and there is something to look at. */
export const EXIT_FINDINGS = 1;
/** Wrong use or unreadable input. */
export const EXIT_WRONG_USE = 2;

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): number {
  // Help that was asked for is no error; every mistake on the command line is wrong use.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_WRONG_USE;
  return EXIT_WRONG_USE;
}

/** What a person at the command line is told: never a stack trace. */
export function describeFailure(error: unknown): string {
  if (error instanceof PullcredError) return `pullcred: ${error.message}`;
  const message = error instanceof Error ? error.message : String(error);
  return `pullcred: internal error, please report it: ${message}`;
}
