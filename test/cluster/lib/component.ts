import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { createServer } from "node:net";

/** A program of the control plane, which a failure test may stop, hold and start again. */
export type Component = {
  start(): void;
  /** Kills it and resolves when it is gone. */
  stop(): Promise<void>;
  /** Sends it a signal, for example SIGSTOP to make it hang. */
  signal(name: NodeJS.Signals): void;
};

/** Starts a program; what it prints goes to a file. */
export function startComponent(program: string, args: readonly string[], logFile: string): Component {
  let child: ChildProcess | undefined;
  // Also where the test ends before it could tear down what it started.
  process.once("exit", () => child?.kill("SIGKILL"));
  const component: Component = {
    start() {
      child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on("data", (chunk: Buffer) => appendFileSync(logFile, chunk));
      }
    },
    async stop() {
      const ending = child;
      child = undefined;
      if (ending === undefined || ending.exitCode !== null) return;
      const exit = once(ending, "exit");
      ending.kill("SIGKILL");
      await exit;
    },
    signal: (name) => void child?.kill(name),
  };
  component.start();
  return component;
}

/** A port of this machine that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("could not find a port");
  return address.port;
}
