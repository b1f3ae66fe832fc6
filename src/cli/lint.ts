import { Command } from "commander";
import { formatIssue } from "../core/config/issue.ts";
import { parseConfig } from "../core/config/parse-config.ts";
import { EXIT_FINDINGS } from "./failure.ts";
import { configOption, type OutputFormat, outputOption } from "./options.ts";
import { readInput } from "./read-input.ts";

const DESCRIPTION = `Checks a configuration: every problem at once, with its place.

Exit code 1 if there is an issue of severity error; warnings alone leave it 0.`;

/** `pullcred lint`. */
export function command(): Command {
  return new Command("lint")
    .description(DESCRIPTION)
    .addOption(configOption())
    .addOption(outputOption())
    .action(lint);
}

async function lint(options: { config: string; output: OutputFormat }): Promise<void> {
  const parsed = parseConfig(await readInput(options.config));
  const issues = parsed.ok ? parsed.warnings : parsed.issues;
  if (options.output === "json") {
    process.stdout.write(`${JSON.stringify({ issues }, null, 2)}\n`);
  } else {
    for (const issue of issues) process.stdout.write(`${formatIssue(options.config, issue)}\n`);
    if (issues.length === 0) process.stdout.write(`${options.config}: no issues\n`);
  }
  if (!parsed.ok) process.exitCode = EXIT_FINDINGS;
}
