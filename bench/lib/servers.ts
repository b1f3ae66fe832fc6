import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { writeConfig } from "./fixtures.ts";

/** A server under load, in a process of its own. */
export type RunningServer = {
  readonly port: number;
  readonly ca: string;
  /** Resident memory in MiB. */
  memory(): number;
  stop(): Promise<void>;
};

/** A server whose metrics can be switched off, and which says how much CPU time it has used, in microseconds. */
export type SwitchedServer = RunningServer & {
  readonly metricsUrl: string;
  switchMetrics(isOn: boolean): Promise<number>;
};

/** Starts pullcred as its user would, standalone, with its default logging (to nowhere). */
export function startPullcred(mappings: number): Promise<RunningServer> {
  return start(serveStandalone(mappings));
}

/** The same, with metrics that can be switched off. */
export function startSwitched(mappings: number): Promise<SwitchedServer> {
  const replacing = new URL("./replace-metrics.ts", import.meta.url).href;
  return start(["--import", replacing, ...serveStandalone(mappings)]);
}

function serveStandalone(mappings: number): readonly string[] {
  const { config, dataDir } = writeConfig(mappings);
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const addresses = ["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--drain-delay", "0"];
  return [
    main,
    "serve",
    "--standalone",
    "--config",
    config,
    "--data-dir",
    dataDir,
    "-o",
    "json",
    ...addresses,
  ];
}

/** Starts the baseline: a bare Fastify that parses the same body and answers a constant patch. */
export function startBare(): Promise<RunningServer> {
  return start([fileURLToPath(new URL("../bare-server.ts", import.meta.url))]);
}

async function start(args: readonly string[]): Promise<SwitchedServer> {
  const server: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore", "ipc"] });
  if (server.stdout === null) throw new Error("could not read the server's output");
  const [line] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
  const { url, ca, metricsUrl } = JSON.parse(line) as { url: string; ca: string; metricsUrl: string };
  return {
    port: Number(new URL(url).port),
    ca: readFileSync(ca, "utf8"),
    metricsUrl,
    memory: () => residentMemory(server.pid ?? 0),
    async switchMetrics(isOn) {
      const answer = once(server, "message");
      server.send({ isOn });
      const [microseconds] = (await answer) as [number];
      return microseconds;
    },
    async stop() {
      server.kill("SIGTERM");
      await once(server, "exit");
    },
  };
}

/** Resident memory of a process in MiB. */
export function residentMemory(pid: number): number {
  const [, kibibytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) / 1_024;
}
