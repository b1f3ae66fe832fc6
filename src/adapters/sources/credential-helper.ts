import { Redacted } from "../../core/credential/redacted.ts";
import { isJsonObject } from "../../core/json/json-object.ts";
import { runProgram } from "../process/run-program.ts";

/** What a docker credential helper said of one server. A problem quotes nothing that the helper wrote. */
export type HelperResult =
  | { readonly kind: "credential"; readonly username: string; readonly password: Redacted }
  /** A token that only docker itself can use; kubelet cannot. */
  | { readonly kind: "identityToken" }
  | { readonly kind: "notFound" }
  | { readonly kind: "failed"; readonly problem: string };

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
  const program = `docker-credential-${suffix}`;
  const ended = await runProgram({ program, args: ["get"], input: `${server}\n`, environment }, signal);
  if (typeof ended === "string") return failed(ended);
  if (ended.code === 0) return readAnswer(ended.output);
  if (ended.output.trim() === NOT_FOUND) return { kind: "notFound" };
  return failed(`ended with exit code ${ended.code}`);
}

/** Whether a helper's name can end so. It becomes a part of a program's name, so it must not be able to become a path. */
export function isHelperSuffix(suffix: string): boolean {
  return /^[A-Za-z0-9][\w.-]*$/.test(suffix);
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
