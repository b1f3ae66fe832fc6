import { spawn } from "node:child_process";
import { Redacted } from "../../core/credential/redacted.ts";
import { isJsonObject } from "../../core/json/json-object.ts";

/** What a docker credential helper said of one server. A problem quotes nothing that the helper wrote. */
export type HelperResult =
  | { readonly kind: "credential"; readonly username: string; readonly password: Redacted }
  /** A token that only docker itself can use; kubelet cannot. */
  | { readonly kind: "identityToken" }
  | { readonly kind: "notFound" }
  | { readonly kind: "failed"; readonly problem: string };

export type HelperOptions = {
  /** Where PATH and whatever the helper needs come from. */
  readonly environment: NodeJS.ProcessEnv;
  /** In milliseconds. */
  readonly timeout?: number;
};

const TIMEOUT_MS = 30_000;
const MAX_OUTPUT = 1024 * 1024;
/** https://github.com/docker/docker-credential-helpers/blob/master/credentials/error.go */
const NOT_FOUND = "credentials not found in native keychain";
const IDENTITY_TOKEN_USER = "<token>";

/**
 * Asks `docker-credential-<suffix> get` for a server: its URL on standard input, JSON on standard output, and errors on
 * standard output, too. (https://github.com/docker/docker-credential-helpers/blob/master/credentials/credentials.go)
 */
export async function askHelper(
  suffix: string,
  server: string,
  options: HelperOptions,
): Promise<HelperResult> {
  // It becomes a part of a program's name, so it must not be able to become a path.
  if (!/^[A-Za-z0-9][\w.-]*$/.test(suffix)) return failed("has a name that no credential helper can have");
  const ended = await run(`docker-credential-${suffix}`, server, options);
  if (typeof ended === "string") return failed(ended);
  if (ended.code === 0) return readAnswer(ended.output);
  if (ended.output.trim() === NOT_FOUND) return { kind: "notFound" };
  return failed(`ended with exit code ${ended.code}`);
}

type Ended = { readonly code: number | null; readonly output: string };

/** How the program ended, or in words why it did not run to its end. */
function run(
  program: string,
  input: string,
  { environment, timeout = TIMEOUT_MS }: HelperOptions,
): Promise<Ended | string> {
  return new Promise((resolve) => {
    const child = spawn(program, ["get"], { env: environment, stdio: ["pipe", "pipe", "ignore"] });
    const end = (result: Ended | string): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      resolve(result);
    };
    const timer = setTimeout(() => end(`did not answer within ${timeout / 1_000} s`), timeout);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.length > MAX_OUTPUT) end("wrote more than 1 MiB");
    });
    child.on("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ENOENT" ? "is not on the PATH: install it" : `could not be run (${error.code})`),
    );
    child.on("close", (code) => end({ code, output }));
    child.stdin.on("error", () => undefined); // a helper may end without reading
    child.stdin.end(`${input}\n`);
  });
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
