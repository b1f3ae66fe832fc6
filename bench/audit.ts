// What an audit of a large cluster takes: `node bench/audit.ts --pods 50000`.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { configText } from "../test/builders/config.ts";
import type { ListedCollection } from "../test/builders/list-server.ts";
import { pullSecret } from "../test/builders/pull-secret.ts";
import { MAPPINGS, NAMESPACES, type PodParts, serveLargeCluster } from "./lib/large-cluster.ts";
import { median } from "./lib/median.ts";
import { type CommandRun, runCommand } from "./lib/run-command.ts";

/** Of ten Pods one lacks its secret, and one names a secret that is not there. */
function partsOf(index: number): PodParts {
  const mapping = index % MAPPINGS;
  return {
    image: `reg-${mapping}.example.com/team/app-${index % 5_000}:1.${index % 7}`,
    secrets: index % 10 === 0 ? [] : index % 10 === 1 ? ["gone"] : [`reg-${mapping}-pull`],
  };
}

const OTHERS: Readonly<Record<string, ListedCollection>> = {
  "/api/v1/serviceaccounts": {
    count: NAMESPACES,
    at: (index) => ({ metadata: { name: "default", namespace: `ns-${index}` } }),
  },
  "/api/v1/secrets?type=kubernetes.io/dockerconfigjson": {
    count: NAMESPACES,
    at: (index) =>
      pullSecret(`reg-${index % MAPPINGS}-pull`, [`reg-${index % MAPPINGS}.example.com`], {
        namespace: `ns-${index % NAMESPACES}`,
        isCopy: true,
      }),
  },
  "/api/v1/secrets?type=kubernetes.io/dockercfg": { count: 0, at: () => null },
};

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
    // A thread of its own, so that the server and the command have a core each.
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { pods } });
    const [kubeconfig] = (await once(worker, "message")) as [string];
    const file = join(folder, "kubeconfig");
    writeFileSync(file, kubeconfig);
    for (const output of ["json", "text"]) {
      const runs: CommandRun[] = [];
      for (let round = 0; round < Number(values.rounds); round++) {
        runs.push(await runCommand(["audit", "--config", config, "-o", output], file));
      }
      const of = (key: "seconds" | "peakMiB" | "bytes"): number => median(runs.map((one) => one[key]));
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
else {
  const { pods } = workerData as { readonly pods: number };
  parentPort?.postMessage(await serveLargeCluster(pods, partsOf, OTHERS));
}
