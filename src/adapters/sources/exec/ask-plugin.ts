import { basename } from "node:path";
import type { ExecConfig } from "../../../core/config/sources/exec-schema.ts";
import { encodeRequest } from "../../../core/credential-provider/request.ts";
import { type DecodedResponse, decodeResponse } from "../../../core/credential-provider/response.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import { runProgram } from "../../process/run-program.ts";
import { pluginEnvironment } from "./plugin-environment.ts";

/** The version that a plugin speaks where none is written. */
const DEFAULT_API_VERSION = "credentialprovider.kubelet.k8s.io/v1";

/** What a plugin is called in messages. */
export function nameOfPlugin({ command }: Pick<ExecConfig, "command">): string {
  return `the credential provider ${basename(command)}`;
}

/**
 * Asks a plugin for an image, as kubelet does. Rejects where the plugin did not get to an answer, and where the signal is
 * aborted, which kills it.
 */
export async function askPlugin(
  config: ExecConfig,
  image: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<DecodedResponse> {
  const { command, args = [], apiVersion = DEFAULT_API_VERSION } = config;
  const run = {
    program: command,
    args,
    input: encodeRequest({ apiVersion, image }),
    environment: pluginEnvironment(config, environment),
  };
  const ended = await runProgram(run, signal);
  const problem = typeof ended === "string" ? ended : explainEnd(ended.code);
  if (typeof ended === "string" || problem !== null) {
    const subject = `could not ask ${nameOfPlugin(config)} for ${image}`;
    throw new PullcredError(ErrorCode.SourceFailed, `${subject}: it ${problem}`);
  }
  return decodeResponse(ended.output, apiVersion);
}

function explainEnd(code: number | null): string | null {
  if (code === 0) return null;
  const end = code === null ? "was killed" : `ended with exit code ${code}`;
  return `${end}; run it by hand to see what it says`;
}
