import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The sources, or the bundle that the image has (npm run test:image). */
export const MAIN =
  process.env.PULLCRED_TEST_MAIN ?? fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** How a command ended. */
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs `pullcred ...args` as a process of its own. */
export async function pullcred(
  args: readonly string[],
  input = "",
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return end(spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, env: { ...process.env, ...env } }), input);
}

/** Gives a command its input and waits until it ends. */
export async function end(child: ChildProcessWithoutNullStreams, input: string): Promise<Ended> {
  child.stdin.on("error", () => undefined); // a command that reads no input may have ended already
  child.stdin.end(input);
  const exit = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await exit) as [number | null];
  return { code, stdout, stderr };
}

/** A standalone server in a process of its own. */
export type Server = {
  readonly process: ChildProcess;
  readonly url: URL;
  readonly metricsUrl: string;
  readonly ca: string | null;
  /** All that it has written to standard output so far. */
  stdout(): string;
  /** All that it has written to standard error so far. */
  stderr(): string;
  /** Sends a review over a connection of its own and returns the answer. */
  review(body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Sends a signal and resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** Starts `pullcred serve --standalone ...args` on free ports and waits until it is ready. */
export async function startServer(
  t: Test,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Server> {
  const addresses = ["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "-o", "json"];
  const child = spawn(process.execPath, [MAIN, "serve", "--standalone", ...addresses, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const exited = once(child, "exit");
  t.teardown(() => child.kill("SIGKILL"));
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    stdout += chunk;
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    stderr += chunk;
  });
  const line = await Promise.race([once(createInterface({ input: child.stdout }), "line"), exited]);
  if (typeof line[0] !== "string") throw new Error(`the server ended: ${stderr}`);
  const { url, metricsUrl, ca } = JSON.parse(line[0]) as {
    url: string;
    metricsUrl: string;
    ca: string | null;
  };
  const agent = new Agent({ ca: ca === null ? undefined : readFileSync(ca), maxSockets: 64 });
  t.teardown(() => agent.destroy());

  return {
    process: child,
    url: new URL(url),
    metricsUrl,
    ca,
    stdout: () => stdout,
    stderr: () => stderr,
    async review(body) {
      const headers = { "content-type": "application/json" };
      const outgoing = request(url, { method: "POST", agent, headers, servername: "localhost" });
      outgoing.end(JSON.stringify(body));
      const [response] = await once(outgoing, "response");
      return { status: response.statusCode, body: JSON.parse(await text(response)) };
    },
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}
