// What an audit of a large cluster takes: `node bench/audit.ts --pods 50000`. The cluster is a list server on this machine
// that makes up Pods, so that the numbers are pullcred's own: a real API server adds the time that it takes for its lists.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { configText } from "../test/builders/config.ts";
import { type ListedCollection, startListServer } from "../test/builders/list-server.ts";
import { pullSecret } from "../test/builders/pull-secret.ts";
import { median } from "./lib/median.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const MAPPINGS = 100;
const NAMESPACES = 2_000;

/** A Pod of about 6 KB, as a cluster has them: most of it is none of the audit's business. */
function makePod(index: number): object {
  const namespace = `ns-${index % NAMESPACES}`;
  const mapping = index % MAPPINGS;
  // Of ten Pods one lacks its secret, and one names a secret that is not there.
  const secrets = index % 10 === 0 ? [] : index % 10 === 1 ? ["gone"] : [`reg-${mapping}-pull`];
  const image = `reg-${mapping}.example.com/team/app-${index % 5_000}:1.${index % 7}`;
  const env = Array.from({ length: 40 }, (_, at) => ({ name: `VARIABLE_${at}`, value: "x".repeat(60) }));
  return {
    metadata: {
      name: `app-${index}`,
      namespace,
      uid: `00000000-0000-0000-0000-${String(index).padStart(12, "0")}`,
      labels: { app: `app-${index % 5_000}`, "pod-template-hash": "5d9c7f6b8" },
      ownerReferences: [{ kind: "ReplicaSet", name: `app-${Math.floor(index / 10)}`, controller: true }],
      managedFields: [
        { manager: "kubelet", fieldsV1: Object.fromEntries(env.map(({ name }) => [`f:${name}`, {}])) },
      ],
    },
    spec: {
      containers: [{ name: "app", image, imagePullPolicy: "IfNotPresent", env }],
      imagePullSecrets: secrets.map((name) => ({ name })),
    },
    status: { phase: "Running", containerStatuses: [{ name: "app", state: { running: {} } }] },
  };
}

function makeCollections(pods: number): Readonly<Record<string, ListedCollection>> {
  const copies = (index: number): object =>
    pullSecret(`reg-${index % MAPPINGS}-pull`, [`reg-${index % MAPPINGS}.example.com`], {
      namespace: `ns-${index % NAMESPACES}`,
      isCopy: true,
    });
  return {
    "/api/v1/namespaces": { count: NAMESPACES, at: (index) => ({ metadata: { name: `ns-${index}` } }) },
    "/api/v1/serviceaccounts": {
      count: NAMESPACES,
      at: (index) => ({ metadata: { name: "default", namespace: `ns-${index}` } }),
    },
    "/api/v1/secrets?type=kubernetes.io/dockerconfigjson": { count: NAMESPACES, at: copies },
    "/api/v1/secrets?type=kubernetes.io/dockercfg": { count: 0, at: () => null },
    "/api/v1/pods?status.phase!=Succeeded,status.phase!=Failed": { count: pods, at: makePod },
  };
}

/** The server has a thread of its own, so that it and the command have a core each. */
async function serve(pods: number): Promise<void> {
  const server = await startListServer(makeCollections(pods));
  parentPort?.postMessage(server.kubeconfig);
}

type Run = { readonly seconds: number; readonly peakMiB: number; readonly bytes: number };

async function run(args: readonly string[], KUBECONFIG: string): Promise<Run> {
  const start = performance.now();
  const child = spawn(process.execPath, [MAIN, "audit", ...args], {
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
  await once(child, "close");
  clearInterval(watch);
  return { seconds: (performance.now() - start) / 1_000, peakMiB, bytes };
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

async function measure(): Promise<void> {
  const { values } = parseArgs({
    options: { pods: { type: "string", default: "50000" }, rounds: { type: "string", default: "3" } },
  });
  const folder = mkdtempSync(join(tmpdir(), "pullcred-bench-"));
  const config = join(folder, "config.yaml");
  const registries = Array.from({ length: MAPPINGS }, (_, index) => ({
    name: `reg-${index}`,
    matchImages: [`reg-${index}.example.com`],
    secretName: `reg-${index}-pull`,
  }));
  writeFileSync(config, configText(registries));
  process.stdout.write(
    "| Pods | output | seconds | Pods/s | peak RSS MiB | output MB |\n|---:|---|---:|---:|---:|---:|\n",
  );
  for (const pods of [0, Number(values.pods) / 10, Number(values.pods)]) {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { pods } });
    const [kubeconfig] = (await once(worker, "message")) as [string];
    const file = join(folder, "kubeconfig");
    writeFileSync(file, kubeconfig);
    for (const output of ["json", "text"]) {
      const runs: Run[] = [];
      for (let round = 0; round < Number(values.rounds); round++) {
        runs.push(await run(["--config", config, "-o", output], file));
      }
      const of = (key: keyof Run): number => median(runs.map((one) => one[key]));
      const rate = pods === 0 ? "" : (pods / of("seconds")).toFixed(0);
      const cells = [
        pods,
        output,
        of("seconds").toFixed(1),
        rate,
        of("peakMiB").toFixed(0),
        (of("bytes") / 1e6).toFixed(1),
      ];
      process.stdout.write(`| ${cells.join(" | ")} |\n`);
    }
    await worker.terminate();
  }
  rmSync(folder, { recursive: true });
}

if (isMainThread) await measure();
else await serve((workerData as { pods: number }).pods);
