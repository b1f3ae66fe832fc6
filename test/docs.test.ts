import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import t from "tap";
import { ROOT } from "./builders/cli.ts";
import { commandsOf } from "./builders/documents.ts";

/** These start, test or measure everything; .ci/run has a lane for each. */
const DONE_BY_CI =
  /^(npm start|npm test|npm run (check|fuzz|bench(:\w+)?|test:\w+)|node bench\/\w+\.ts)( |$)/;
/** These need a cluster; test/install/docs.install.ts runs them on one. */
const DONE_BY_INSTALL = /^(kubectl|helm) /;
const documents = globSync(["*.md", "{certs,charts,docs}/**/*.md"], { cwd: ROOT }).map((file) => ({
  file,
  content: readFileSync(join(ROOT, file), "utf8"),
}));

async function run(command: string): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn("sh", ["-c", command], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await exit) as [number];
  return { code, output: stdout + stderr };
}

/** Runs a `serve` until it says that it is ready, on free ports instead of those that are taken here. */
async function runServer(
  command: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const anywhere = "--listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 --drain-delay 0";
  const child = spawn(
    "sh",
    ["-c", `exec ${command.replace("npm run -s pullcred --", "node scripts/pullcred.mjs")} ${anywhere}`],
    {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const exit = once(child, "exit");
  const output = await new Promise<string>((resolve) => {
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      printed += chunk;
      if (printed.includes("metrics")) resolve(printed);
    });
    child.on("exit", () => resolve(printed));
  });
  child.kill("SIGTERM");
  const [code] = (await exit) as [number | null];
  return { code, output };
}

t.test("every command that the documents show works", async (t) => {
  const commands = new Set(documents.flatMap(({ content }) => commandsOf(content)));
  t.ok(commands.size > 5, "the commands are found");
  for (const command of commands) {
    if (DONE_BY_CI.test(command) || DONE_BY_INSTALL.test(command)) continue;
    const { code, output } = await (/ serve /.test(command) ? runServer(command) : run(command));
    t.equal(code, 0, `${command}\n${output}`);
  }
});

t.test("every link between the documents leads somewhere", async (t) => {
  for (const { file, content } of documents) {
    for (const [, target = ""] of content.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g)) {
      t.ok(existsSync(join(ROOT, dirname(file), target)), `${file} links to ${target}`);
    }
  }
});
