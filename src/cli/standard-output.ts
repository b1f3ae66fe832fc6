import { getSystemErrorMessage } from "node:util";
import { EXIT_WRONG_USE } from "./failure.ts";

/**
 * Ends the process with a message where standard output cannot be written, as on a full disk: what was printed is not
 * whole. A reader who has seen enough, as in `| head`, is no failure. Where standard error cannot be written, because
 * the terminal is gone, there is nobody to tell, and the work goes on: it may have something to clean up.
 */
export function guardStandardOutput(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", ({ code, errno }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") return;
    const problem = errno === undefined ? code : getSystemErrorMessage(errno);
    process.stderr.write(`pullcred: could not write standard output: ${problem}\n`);
    process.exit(EXIT_WRONG_USE);
  });
}
