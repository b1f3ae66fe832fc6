import { type CompiledConfig, compileConfig } from "../core/config/compile.ts";
import { formatIssue } from "../core/config/issue.ts";
import { parseConfig } from "../core/config/parse-config.ts";
import { PullcredError } from "../core/error.ts";
import { readInput } from "./read-input.ts";

/** A config with what a follower of its file starts from. */
export type LoadedConfig = {
  readonly config: CompiledConfig;
  /** The file's text; undefined for standard input, which cannot change. */
  readonly text: string | undefined;
};

/** Reads and compiles a config file; its errors are listed all at once, its warnings are left to `lint`. */
export async function loadConfig(file: string): Promise<CompiledConfig> {
  return (await loadConfigToFollow(file)).config;
}

/** The same, for a command that goes on following the file. */
export async function loadConfigToFollow(file: string): Promise<LoadedConfig> {
  const text = await readInput(file);
  const parsed = parseConfig(text);
  if (!parsed.ok) {
    const lines = parsed.issues.map((issue) => formatIssue(file, issue));
    throw new PullcredError("ConfigInvalid", `could not use the configuration:\n${lines.join("\n")}`);
  }
  return { config: compileConfig(parsed.config), text: file === "-" ? undefined : text };
}
