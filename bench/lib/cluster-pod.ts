import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ControlPlane } from "../../test/cluster/lib/control-plane.ts";
import { residentMemory } from "./servers.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
/** V8's young generation would grow to three times 16 MiB, which a process that mostly waits has no use for. */
const FLAGS = ["--max-semi-space-size=4"];
const MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** pullcred as a Pod runs it: with the files of its ServiceAccount where kubelet mounts them, and no kubeconfig. */
export type RunningPod = {
  readonly url: string;
  readonly ca: string;
  /** From the start of the process until it was ready. */
  readonly startMs: number;
  /** Resident memory in MiB. */
  memory(): number;
  metrics(): Promise<string>;
  stop(): Promise<void>;
};

/** Which pullcred to start, with Node's flags before the main file. */
type PodOptions = {
  readonly program?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts pullcred in a mount namespace of its own (as root, by util-linux' unshare). */
export async function startPod(
  plane: ControlPlane,
  config: string,
  { program = [...FLAGS, MAIN], env = {} }: PodOptions = {},
): Promise<RunningPod> {
  const account = join(plane.folder, "account");
  mkdirSync(account, { recursive: true });
  writeFileSync(join(account, "token"), readFileSync(join(plane.folder, "token")));
  writeFileSync(join(account, "ca.crt"), readFileSync(join(plane.folder, "certs", "apiserver.crt")));
  const mount = `mount -t tmpfs tmpfs /var/run && mkdir -p ${MOUNT} && mount --bind ${account} ${MOUNT}`;
  const start = performance.now();
  const child = spawn(
    "unshare",
    [
      ...["--mount", "sh", "-c", `${mount} && exec "$@"`, "sh", process.execPath, ...program],
      "serve",
      ...["--config", config, "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"],
      ...["-o", "json", "--drain-delay", "0", "--log-level", "warn"],
    ],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PATH: process.env.PATH,
        KUBERNETES_SERVICE_HOST: "127.0.0.1",
        KUBERNETES_SERVICE_PORT: String(plane.port),
        ...env,
      },
    },
  );
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const startMs = performance.now() - start;
  const { url, metricsUrl, ca } = JSON.parse(line);
  return {
    url,
    ca: readFileSync(ca, "utf8"),
    startMs,
    memory: () => residentMemory(child.pid ?? 0),
    metrics: async () => (await fetch(`${metricsUrl}/metrics`)).text(),
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
