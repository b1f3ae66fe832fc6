import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import t, { type Test } from "tap";
import { MAIN, ROOT } from "../builders/cli.ts";
import { type Behaviour, type DaemonSetServer, startDaemonSetServer } from "../builders/daemon-set-server.ts";
import { eventually } from "../builders/eventually.ts";

const CONFIG = join(ROOT, "examples", "standalone", "config.yaml");
const ARGS = ["prepull", "--config", CONFIG, "-n", "team-a", "--images", "nginx", "--name", "mine", "--wait"];

type Outcome = {
  readonly server: DaemonSetServer;
  readonly ended: { readonly code: number | null; readonly signal: string | null };
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs the command beside an API server that behaves like that, and sends a signal once a request of that kind has come. */
async function run(t: Test, behaviour: Behaviour, signalAt?: string): Promise<Outcome> {
  const server = await startDaemonSetServer(t, behaviour);
  const KUBECONFIG = join(t.testdir({}), "kubeconfig");
  writeFileSync(KUBECONFIG, server.kubeconfig);
  // By NODE_OPTIONS, which it gives to every child, tap loads a module that has a say in what signals do.
  const child = spawn("env", ["-u", "NODE_OPTIONS", process.execPath, MAIN, ...ARGS], {
    env: { ...process.env, KUBECONFIG },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = once(child, "exit");
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  if (signalAt !== undefined) {
    await eventually(signalAt, () => server.count(signalAt) > 0 || undefined);
    child.kill("SIGINT");
  }
  const [[code, signal], [stdout, stderr]] = await Promise.all([exit, output]);
  return { server, ended: { code, signal }, stdout, stderr };
}

t.test("a DaemonSet that came to be without an answer is followed and deleted like any other", async (t) => {
  const { server, ...rest } = await run(t, { fates: { POST: ["cut"] } });
  t.same(rest, { ended: { code: 1, signal: null }, stdout: "no node is selected\n", stderr: "" });
  t.same([server.standing(), server.count("DELETE")], [undefined, 1]);
});

t.test("a signal ends what has no answer, and the process once nothing is left", { jobs: 2 }, async (t) => {
  const remedy = "kubectl delete daemonset -n team-a mine";
  const rows: readonly (readonly [string, Behaviour, string, RegExp])[] = [
    ["reading the namespace", { fates: { NAMESPACE: ["hang"] } }, "NAMESPACE", /^$/],
    ["looking for the DaemonSet", { fates: { FIND: ["hang"] } }, "FIND", /^$/],
    ["its creation, which is done", { fates: { POST: ["hang"] } }, "POST", /^$/],
    [
      "its creation, which is not",
      { isCreated: false, fates: { POST: ["hang"] } },
      "POST",
      new RegExp(
        `^pullcred: could not create DaemonSet mine: there was no answer yet: .* delete it by ${remedy}\n$`,
      ),
    ],
    ["following it", { fates: { DAEMONSETS: ["hang"] } }, "DAEMONSETS", /^$/],
    [
      "following it, and it cannot be deleted",
      { fates: { DAEMONSETS: ["hang"], DELETE: [500] } },
      "DAEMONSETS",
      new RegExp(`^pullcred: could not delete DaemonSet mine: do it by ${remedy}: .* 500\n$`),
    ],
  ];
  for (const [name, behaviour, signalAt, stderr] of rows) {
    void t.test(name, async (t) => {
      const { server, ...rest } = await run(t, behaviour, signalAt);
      t.match(rest, { ended: { code: null, signal: "SIGINT" }, stdout: "", stderr });
      t.equal(server.standing(), undefined);
    });
  }
});
