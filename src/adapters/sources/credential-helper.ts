import { type ChildProcess, spawn } from "node:child_process";
import { Redacted } from "../../core/credential/redacted.ts";
import { isJsonObject } from "../../core/json/json-object.ts";

/** What a docker credential helper said of one server. A problem quotes nothing that the helper wrote. */
export type HelperResult =
  | { readonly kind: "credential"; readonly username: string; readonly password: Redacted }
  /** A token that only docker itself can use; kubelet cannot. */
  | { readonly kind: "identityToken" }
  | { readonly kind: "notFound" }
  | { readonly kind: "failed"; readonly problem: string };

const MAX_OUTPUT = 1024 * 1024;
/** https://github.com/docker/docker-credential-helpers/blob/master/credentials/error.go */
const NOT_FOUND = "credentials not found in native keychain";
const IDENTITY_TOKEN_USER = "<token>";

/**
 * Asks `docker-credential-<suffix> get` for a server: its URL on standard input, JSON on standard output, and errors on
 * standard output, too. (https://github.com/docker/docker-credential-helpers/blob/master/credentials/credentials.go)
 * Rejects only where the signal is aborted, which kills the helper.
 */
export async function askHelper(
  suffix: string,
  server: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<HelperResult> {
  if (!isHelperSuffix(suffix)) return failed("has a name that no credential helper can have");
  const ended = await run(`docker-credential-${suffix}`, server, environment, signal);
  if (typeof ended === "string") return failed(ended);
  if (ended.code === 0) return readAnswer(ended.output);
  if (ended.output.trim() === NOT_FOUND) return { kind: "notFound" };
  return failed(`ended with exit code ${ended.code}`);
}

/** Whether a helper's name can end so. It becomes a part of a program's name, so it must not be able to become a path. */
export function isHelperSuffix(suffix: string): boolean {
  return /^[A-Za-z0-9][\w.-]*$/.test(suffix);
}

type Ended = { readonly code: number | null; readonly output: string };

/** How the program ended, or in words why it did not run to its end. */
function run(
  program: string,
  input: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Ended | string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = start(program, environment);
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
    child.on("error", (error) => end(explainStart(error)));
    child.on("close", (code) => end({ code, output }));
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.length > MAX_OUTPUT) end("wrote more than 1 MiB");
    });
    child.stdin?.on("error", () => undefined); // a helper may end without reading
    child.stdin?.end(`${input}\n`);
  });
}

/** Starts the program, or says why it could not. Node throws some of the errors, and emits the others. */
function start(program: string, environment: NodeJS.ProcessEnv): ChildProcess | string {
  try {
    // In a process group of its own, so that what a helper starts can be killed with it.
    return spawn(program, ["get"], { env: environment, stdio: ["pipe", "pipe", "ignore"], detached: true });
  } catch (error) {
    return explainStart(error as NodeJS.ErrnoException);
  }
}

function explainStart({ code }: NodeJS.ErrnoException): string {
  return code === "ENOENT" ? "is not on the PATH: install it" : `could not be run (${code})`;
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

function readAnswer(output: string): HelperResult {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    return failed("did not answer with JSON");
  }
  const { Username, Secret } = isJsonObject(answer) ? answer : {};
  if (typeof Username !== "string" || typeof Secret !== "string") {
    return failed("did not answer with Username and Secret");
  }
  if (Username === IDENTITY_TOKEN_USER) return { kind: "identityToken" };
  if (Username === "" || Secret === "") return { kind: "notFound" };
  return { kind: "credential", username: Username, password: new Redacted(Secret) };
}

function failed(problem: string): HelperResult {
  return { kind: "failed", problem };
}
