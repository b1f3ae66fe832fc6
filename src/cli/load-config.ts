import { type CompiledConfig, compileConfig } from "../core/config/compile.ts";
import { formatIssue } from "../core/config/issue.ts";
import { parseConfig } from "../core/config/parse-config.ts";
import { PullcredError } from "../core/error.ts";
import { readInput } from "./read-input.ts";

/** Reads and compiles a config file; its errors are listed all at once, its warnings are left to `lint`. */
export async function loadConfig(file: string): Promise<CompiledConfig> {
  const parsed = parseConfig(await readInput(file));
  if (!parsed.ok) {
    const lines = parsed.issues.map((issue) => formatIssue(file, issue));
    throw new PullcredError("ConfigInvalid", `could not use the configuration:\n${lines.join("\n")}`);
  }
  return compileConfig(parsed.config);
}
