import { Command, CommanderError } from "commander";
import { describeFailure, exitCodeOf } from "./cli/failure.ts";
import { readVersion } from "./cli/version.ts";

/** Loaded only when called: an offline command must not pay for the server. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: () => Command }>>> = {
  serve: () => import("./cli/serve.ts"),
  inject: () => import("./cli/inject.ts"),
  explain: () => import("./cli/explain.ts"),
  lint: () => import("./cli/lint.ts"),
  import: () => import("./cli/import.ts"),
  verify: () => import("./cli/verify.ts"),
  audit: () => import("./cli/audit.ts"),
  prepull: () => import("./cli/prepull.ts"),
  "credential-provider": () => import("./cli/credential-provider.ts"),
};

const DESCRIPTION = `Gives Pods the image pull secrets of the registries that their images come from.

Exit codes: 0 fine, 1 findings, 2 wrong use or unreadable input.`;

const EXAMPLES = `
Examples:
  pullcred lint --config config.yaml
  pullcred explain --config config.yaml -n team-a harbor.example.com/app:1
  pullcred inject --config config.yaml -f deployment.yaml | kubectl apply -f -
  pullcred serve --config config.yaml --standalone

Run "pullcred COMMAND --help" for the options of a command.`;

async function main(args: readonly string[]): Promise<void> {
  const program = new Command("pullcred")
    .description(DESCRIPTION)
    .addHelpText("after", EXAMPLES)
    .version(readVersion(), "--version", "print the version")
    .showSuggestionAfterError()
    .helpCommand(false)
    .exitOverride();
  const name = args[0] ?? "";
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  for (const load of named === undefined ? Object.values(COMMANDS) : [named]) {
    const { command } = await load();
    program.addCommand(command().copyInheritedSettings(program));
  }
  // Set last: the commands, which would inherit it, teach by messages of their own.
  program.showHelpAfterError('Run "pullcred --help" for the commands.');
  if (args.length === 0) program.help({ error: true });
  await program.parseAsync(args, { from: "user" });
}

// A reader who has seen enough, as in `| head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await main(process.argv.slice(2));
} catch (error) {
  // Commander has printed its own message already.
  if (!(error instanceof CommanderError)) process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
