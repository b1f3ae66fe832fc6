import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** What a command took. */
export type CommandRun = {
  readonly seconds: number;
  readonly peakMiB: number;
  /** How much it wrote to standard output. */
  readonly bytes: number;
  readonly code: number | null;
};

/** Runs a pullcred command against the cluster of a kubeconfig's file, from the start of the process to its end. */
export async function runCommand(args: readonly string[], KUBECONFIG: string): Promise<CommandRun> {
  const start = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, KUBECONFIG },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let bytes = 0;
  let peakMiB = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, readPeak(child.pid ?? 0));
  }, 20);
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(watch);
  return { seconds: (performance.now() - start) / 1_000, peakMiB, bytes, code };
}

/** The most that was ever resident, as Linux counts it; the last reading before the end is close to it. */
function readPeak(pid: number): number {
  try {
    const [, kilobytes = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1_024;
  } catch {
    return 0;
  }
}
