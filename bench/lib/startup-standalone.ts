import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { writeConfig } from "./fixtures.ts";
import { residentMemory } from "./servers.ts";
import type { StartForm } from "./startup-forms.ts";

const MAPPINGS = 3;

/** Starts forms without a cluster. */
export function startStandalone(): { readonly start: StartForm; stop(): Promise<void> } {
  const { config, dataDir } = writeConfig(MAPPINGS);
  const args = [
    ...["serve", "--standalone", "--config", config, "--data-dir", dataDir, "-o", "json"],
    ...["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--drain-delay", "0"],
  ];
  return {
    async start({ program, env }) {
      const begin = performance.now();
      const child = spawn(process.execPath, [...program, ...args], {
        stdio: ["ignore", "pipe", "ignore"],
        env: { ...process.env, ...env },
      });
      await once(createInterface({ input: child.stdout }), "line");
      return {
        startMs: performance.now() - begin,
        memory: () => residentMemory(child.pid ?? 0),
        async stop() {
          child.kill("SIGTERM");
          await once(child, "exit");
        },
      };
    },
    async stop() {
      rmSync(dataDir, { recursive: true });
    },
  };
}
