// What it takes to verify the images of a large cluster: `node bench/verify.ts --pods 50000`. The registry is on this machine,
// too. The baseline sends it the same requests for the manifests, so many at a time, and does nothing else.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { makeSelfSigned } from "../src/adapters/tls/self-signed.ts";
import { configText } from "../test/builders/config.ts";
import { inParallel } from "./lib/in-parallel.ts";
import { MAPPINGS, serveLargeCluster } from "./lib/large-cluster.ts";
import { median } from "./lib/median.ts";
import { type CommandRun, runCommand } from "./lib/run-command.ts";

const IMAGES = 5_000;
const CONCURRENCY = 8;
const AUTHORIZATION = `Basic ${Buffer.from("robot:word").toString("base64")}`;

type Served = { readonly kubeconfig: string; readonly host: string; readonly ca: string };

/** Each image is of one of the mappings, which differ by the first part of the path. */
function repositoryOf(index: number): string {
  const image = index % IMAGES;
  return `team-${image % MAPPINGS}/app-${image}`;
}

/** A registry that has every manifest, for whoever has the password. */
async function serveRegistry(): Promise<Pick<Served, "host" | "ca">> {
  const { serving, ca } = await makeSelfSigned(["127.0.0.1"], Date.now(), 24 * 60 * 60 * 1_000);
  const digest = `sha256:${"a".repeat(64)}`;
  const server = createServer(
    { cert: serving.certificate, key: serving.key },
    ({ method, headers: { authorization } }, response) => {
      // Without a length, as registries have it, Node's client does not use the connection of a HEAD again.
      const length = method === "HEAD" ? { "content-length": "1024" } : {};
      if (authorization === AUTHORIZATION)
        response.writeHead(200, { ...length, "docker-content-digest": digest }).end();
      else response.writeHead(401, { ...length, "www-authenticate": 'Basic realm="bench"' }).end();
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, ca };
}

async function serve(pods: number): Promise<Served> {
  const { host, ca } = await serveRegistry();
  const partsOf = (index: number) => ({ image: `${host}/${repositoryOf(index)}:1`, secrets: [] });
  return { kubeconfig: await serveLargeCluster(pods, partsOf), host, ca };
}

/** Asks for the manifests of so many images, each without the credential first as containerd does; returns the seconds. */
async function askBarely({ host, ca }: Served, images: number): Promise<number> {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: CONCURRENCY });
  const ask = async (url: string, headers: Record<string, string>, expected: number): Promise<void> => {
    const outgoing = request(url, { method: "HEAD", agent, headers }).end();
    const [response] = await once(outgoing, "response");
    if (response.statusCode !== expected) throw new Error(`the registry said ${response.statusCode}`);
    response.resume();
    await once(response, "close");
  };
  const start = performance.now();
  await inParallel([...Array(images).keys()], CONCURRENCY, async (index) => {
    const url = `https://${host}/v2/${repositoryOf(index)}/manifests/1`;
    await ask(url, {}, 401);
    await ask(url, { authorization: AUTHORIZATION }, 200);
  });
  agent.destroy();
  return (performance.now() - start) / 1_000;
}

/** The configuration of all mappings, with their one credential in a docker config.json. */
function writeConfig(folder: string, host: string): string {
  const path = join(folder, "docker.json");
  writeFileSync(path, JSON.stringify({ auths: { [host]: { username: "robot", password: "word" } } }));
  const registries = Array.from({ length: MAPPINGS }, (_, index) => ({
    name: `team-${index}`,
    matchImages: [`${host}/team-${index}/`],
    secretName: `team-${index}-pull`,
    credentials: { configFile: { path } },
  }));
  const file = join(folder, "config.yaml");
  writeFileSync(file, configText(registries));
  return file;
}

async function measure(): Promise<void> {
  const { values } = parseArgs({
    options: { pods: { type: "string", default: "50000" }, rounds: { type: "string", default: "3" } },
  });
  const folder = mkdtempSync(join(tmpdir(), "pullcred-bench-"));
  const [kubeconfigFile, caFile] = [join(folder, "kubeconfig"), join(folder, "ca.pem")];
  process.stdout.write(
    "| Pods | images | seconds | peak RSS MiB | images/s | bare images/s | ratio |\n|---:|---:|---:|---:|---:|---:|---:|\n",
  );
  let none = Number.NaN;
  for (const pods of [0, Number(values.pods) / 10, Number(values.pods)]) {
    // A thread of its own, so that the servers and the command have a core each.
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { pods } });
    const [served] = (await once(worker, "message")) as [Served];
    writeFileSync(kubeconfigFile, served.kubeconfig);
    writeFileSync(caFile, served.ca);
    const config = writeConfig(folder, served.host);
    const images = Math.min(pods, IMAGES);
    const runs: (CommandRun & { readonly bare: number })[] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      const args = ["verify", "--config", config, "--cluster", "--ca-file", caFile, "-o", "json"];
      const run = await runCommand(args, kubeconfigFile);
      if (run.code !== 0) throw new Error(`verify ended with ${run.code}`);
      runs.push({ ...run, bare: await askBarely(served, images) });
    }
    const seconds = median(runs.map((run) => run.seconds));
    if (pods === 0) none = seconds;
    const cells = [pods, images, seconds.toFixed(1), median(runs.map((run) => run.peakMiB)).toFixed(0)];
    // What the start of the command takes is no matter of the images.
    const ratios = runs.map((run) => run.bare / (run.seconds - none));
    const rates = [images / (seconds - none), images / median(runs.map(({ bare }) => bare))];
    const speeds =
      pods === 0 ? ["", "", ""] : [...rates.map((rate) => rate.toFixed(0)), median(ratios).toFixed(2)];
    process.stdout.write(`| ${[...cells, ...speeds].join(" | ")} |\n`);
    await worker.terminate();
  }
  rmSync(folder, { recursive: true });
}

if (isMainThread) await measure();
else parentPort?.postMessage(await serve((workerData as { readonly pods: number }).pods));
