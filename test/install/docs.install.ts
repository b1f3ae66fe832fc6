import { execFile } from "node:child_process";
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import t from "tap";
import { ROOT } from "../builders/cli.ts";
import { commandsOf } from "../builders/documents.ts";
import { kubeconfig } from "../cluster/lib/control-plane.ts";
import { startSite } from "./lib/installed.ts";

const { plane } = await startSite(t);
const programs = join(plane.folder, "programs");
mkdirSync(programs);
symlinkSync(process.env.PULLCRED_TEST_HELM ?? "", join(programs, "helm"));
symlinkSync(process.env.PULLCRED_TEST_KUBECTL ?? "", join(programs, "kubectl"));
const configFile = join(plane.folder, "user.kubeconfig");
writeFileSync(configFile, kubeconfig(plane.port, `token: ${plane.adminToken}`), { mode: 0o600 });
const env = {
  PATH: `${programs}:${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: plane.folder,
  KUBECONFIG: configFile,
  PASSWORD: "harbor-1",
};

/** Runs a command as a reader of the document would, and returns what it prints. */
async function run(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd: ROOT, env });
  return stdout;
}

t.test("docs/install.md does what it says, from its first command to its last", async (t) => {
  const printed = new Map<string, string>();
  for (const command of commandsOf(readFileSync(join(ROOT, "docs", "install.md"), "utf8"))) {
    printed.set(command, await run(command));
    t.pass(command);
  }
  const said = (part: string): string | undefined =>
    [...printed].find(([command]) => command.includes(part))?.[1];
  t.equal(said("jsonpath"), '[{"name":"harbor-pull"}]');
  t.match(said("get secret harbor-pull"), /kubernetes\.io\/dockerconfigjson/);
});

t.test("the same commands stand in every other document that shows how to install", async (t) => {
  // A chart that was fetched has no examples beside it.
  const normalise = (command: string): string =>
    command.replace(/\s+/g, " ").replace("examples/values.yaml", "values.yaml");
  const known = new Set(commandsOf(readFileSync(join(ROOT, "docs", "install.md"), "utf8")).map(normalise));
  const files = globSync(["*.md", "{certs,charts,docs}/**/*.md"], { cwd: ROOT });
  const unknown = files.flatMap((file) =>
    commandsOf(readFileSync(join(ROOT, file), "utf8"))
      .map(normalise)
      .filter((command) => /^(helm|kubectl) /.test(command) && !known.has(command))
      .map((command) => `${file}: ${command}`),
  );
  t.same(unknown, []);
});
