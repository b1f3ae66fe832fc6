import { type ChildProcess, spawn } from "node:child_process";

/** What to run, and with what. */
export type ProgramRun = {
  /** A path, or a name that is looked for on the PATH. */
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string;
  readonly environment: NodeJS.ProcessEnv;
};

/** How a program ended; the code is null where a signal ended it. */
export type Ended = { readonly code: number | null; readonly output: string };

const MAX_OUTPUT = 1024 * 1024;

/**
 * Runs a program to its end, or says in words why it did not get there. Rejects only where the signal is aborted, which
 * kills the program and whatever it has started.
 */
export function runProgram(run: ProgramRun, signal: AbortSignal): Promise<Ended | string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = start(run);
    if (typeof child === "string") return resolve(child);
    const stop = (): void => {
      signal.removeEventListener("abort", abort);
      killGroup(child);
    };
    const end = (result: Ended | string): void => {
      stop();
      resolve(result);
    };
    const abort = (): void => {
      stop();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort);
    // First of all: where the machine has no file descriptor left, there are no streams, but there is this event.
    child.on("error", (error) => end(explainStart(run.program, error)));
    child.on("close", (code) => end({ code, output }));
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.length > MAX_OUTPUT) end("wrote more than 1 MiB");
    });
    child.stdin?.on("error", () => undefined); // a program may end without reading
    child.stdin?.end(run.input);
  });
}

/** Starts the program, or says why it could not. Node throws some of the errors, and emits the others. */
function start({ program, args, environment }: ProgramRun): ChildProcess | string {
  try {
    // In a process group of its own, so that what it starts can be killed with it. What it says on standard error is not
    // read: it may hold a credential, and a daemon that it leaves behind may keep it open.
    return spawn(program, args, { env: environment, stdio: ["pipe", "pipe", "ignore"], detached: true });
  } catch (error) {
    return explainStart(program, error as NodeJS.ErrnoException);
  }
}

function explainStart(program: string, { code }: NodeJS.ErrnoException): string {
  if (code !== "ENOENT") return `could not be run (${code})`;
  return program.includes("/") ? "is not there: install or mount it" : "is not on the PATH: install it";
}

function killGroup({ pid, exitCode, signalCode, stdout }: ChildProcess): void {
  stdout?.destroy(); // whoever else holds its other end must not keep this process alive
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}
