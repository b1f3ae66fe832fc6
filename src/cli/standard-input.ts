import { PullcredError } from "../core/error.ts";

/** Standard input ends when it has been read: a second reader would find nothing, and say that all is well. */
export function refuseSecondReading(config: string, filenames: readonly string[]): void {
  if ([config, ...filenames].filter((path) => path === "-").length <= 1) return;
  throw new PullcredError(
    "WrongUse",
    "could not read standard input twice: it can be --config or one --filename, not more than one of them",
  );
}
