import { Command, CommanderError } from "commander";
import { describeFailure, exitCodeOf } from "./cli/failure.ts";
import { guardStandardOutput } from "./cli/standard-output.ts";
import { readVersion } from "./cli/version.ts";

type Entry = {
  readonly summary: string;
  /** Loads it only when it is called: an offline command must not pay for the server. */
  readonly load: () => Promise<{ readonly command: () => Command }>;
};

const COMMANDS: Readonly<Record<string, Entry>> = {
  serve: { summary: "serve the admission webhook", load: () => import("./cli/serve/command.ts") },
  lint: { summary: "check a configuration", load: () => import("./cli/lint.ts") },
  explain: {
    summary: "say which pull secrets and credentials an image or a Pod gets",
    load: () => import("./cli/explain/command.ts"),
  },
  inject: { summary: "add the pull secrets to manifests", load: () => import("./cli/inject.ts") },
  verify: {
    summary: "try the credentials at their registries",
    load: () => import("./cli/verify/command.ts"),
  },
  audit: { summary: "find the Pods that will not pull", load: () => import("./cli/audit/command.ts") },
  prepull: {
    summary: "get images onto the nodes beforehand",
    load: () => import("./cli/prepull/command.ts"),
  },
  import: {
    summary: "make a configuration of what another tool, a node or a cluster has",
    load: () => import("./cli/import/command.ts"),
  },
  "credential-provider": {
    summary: "answer kubelet as a credential provider plugin",
    load: () => import("./cli/credential-provider/command.ts"),
  },
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
    // The texts are broken for this width; a narrower terminal breaks them again.
    .configureOutput({ getOutHelpWidth: () => process.stdout.columns ?? 130 })
    .showSuggestionAfterError()
    .helpCommand(false)
    .exitOverride();
  const name = args[0] ?? "";
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (named === undefined) {
    for (const [name, { summary }] of Object.entries(COMMANDS)) program.command(name).description(summary);
  } else {
    const { command } = await named.load();
    program.addCommand(command().copyInheritedSettings(program));
  }
  // Set last: the commands, which would inherit it, teach by messages of their own.
  program.showHelpAfterError('Run "pullcred --help" for the commands.');
  if (args.length === 0) program.help({ error: true });
  await program.parseAsync(args, { from: "user" });
}

guardStandardOutput();

// No pending timer keeps the process alive, so that a server can end. A command that waits to try again has not ended.
const working = setInterval(() => undefined, 60_000);
try {
  await main(process.argv.slice(2));
} catch (error) {
  // Commander has printed its own message already.
  if (!(error instanceof CommanderError)) process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = exitCodeOf(error);
} finally {
  clearInterval(working);
}
