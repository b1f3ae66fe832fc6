import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ControlPlane } from "../../cluster/lib/control-plane.ts";
import { startContainer } from "./container.ts";
import type { PodNetwork, PodPlace } from "./network.ts";
import { type PodObject, syncVolumes } from "./volumes.ts";

/** Does for the Pods of one namespace what a node does for them. */
export type Worker = {
  /** The names of the Pods whose process runs. */
  running(): readonly string[];
  /** Kills a Pod's process; it is started again like one that crashed. */
  kill(pod: string): void;
  /** What the process of every Pod has printed. */
  logs(): string;
  /** The address of a Pod. */
  addressOf(pod: string): string;
  stop(): Promise<void>;
};

type Running = {
  readonly pod: PodObject;
  readonly place: PodPlace;
  process: ChildProcess | undefined;
  isReady: boolean;
  isEnding: boolean;
};

const NODE = "worker";
const PERIOD_MS = 200;

/**
 * Stands in for scheduler and kubelet, which need more of a machine than its tests may ask for: it binds the Pods, mounts
 * their volumes, runs their process with the limits that they name, probes it, and tells the API server of it, from which
 * Deployments, Services and EndpointSlices follow by the real controllers. Unlike kubelet it looks at changed volumes five
 * times a second.
 */
export async function startWorker(
  plane: ControlPlane,
  network: PodNetwork,
  namespace: string,
): Promise<Worker> {
  const { admin } = plane;
  const collection = `/api/v1/namespaces/${namespace}/pods`;
  const folder = join(plane.folder, "worker");
  const logFile = join(folder, "log");
  const known = new Map<string, Running>();
  const endings: Promise<void>[] = [];
  let isStopped = false;
  mkdirSync(folder, { recursive: true });
  writeFileSync(logFile, "");
  await admin.create("/api/v1/nodes", { metadata: { name: NODE } });

  async function sync(): Promise<void> {
    const { body } = await admin.get(collection);
    const pods: readonly PodObject[] = body.items ?? [];
    for (const pod of pods) if (!known.has(pod.metadata.uid)) await adopt(pod);
    for (const running of known.values()) {
      const pod = pods.find(({ metadata }) => metadata.uid === running.pod.metadata.uid);
      if (pod === undefined || pod.metadata.deletionTimestamp !== undefined)
        endings.push(end(running).catch(report));
      else await look(running);
    }
  }

  async function adopt(pod: PodObject): Promise<void> {
    if (pod.metadata.deletionTimestamp !== undefined || pod.spec.nodeName !== undefined) return;
    const { name, uid } = pod.metadata;
    const place = network.add();
    const target = { apiVersion: "v1", kind: "Node", name: NODE };
    await admin.create(`${collection}/${name}/binding`, {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name },
      target,
    });
    const running = { pod, place, process: undefined, isReady: false, isEnding: false };
    known.set(uid, running);
    await look(running);
    await tell(running);
  }

  /** Volumes, process and probe. */
  async function look(running: Running): Promise<void> {
    const { pod, place } = running;
    const volumes = await syncVolumes(admin, pod, join(folder, pod.metadata.uid, "volumes"));
    if (running.process === undefined) {
      const apiServer = { host: network.gateway, port: plane.port };
      const root = join(folder, pod.metadata.uid, "root");
      const started = startContainer({ pod, place, folder: root, volumes, apiServer, logFile });
      running.process = started;
      void once(started, "exit").then(() => {
        if (running.process === started) running.process = undefined;
      });
    }
    const isReady = await probe(running);
    if (isReady === running.isReady) return;
    running.isReady = isReady;
    await tell(running);
  }

  async function probe({ pod, place, process }: Running): Promise<boolean> {
    if (process === undefined) return false;
    const [{ readinessProbe, ports }] = pod.spec.containers;
    const { path, port } = readinessProbe.httpGet;
    const number = ports.find(({ name }: PodObject) => name === port)?.containerPort ?? port;
    const answer = await fetch(`http://${place.address}:${number}${path}`).catch(() => undefined);
    return answer?.status === 200;
  }

  async function tell({ pod, place, isReady }: Running): Promise<void> {
    const status = isReady ? "True" : "False";
    const conditions = ["Ready", "ContainersReady", "Initialized", "PodScheduled"].map((type) => ({
      type,
      status: type.endsWith("eady") ? status : "True",
      lastTransitionTime: new Date().toISOString().replace(/\.\d+/, ""),
    }));
    await admin.merge(`${collection}/${pod.metadata.name}/status`, {
      status: { phase: "Running", podIP: place.address, podIPs: [{ ip: place.address }], conditions },
    });
  }

  async function end(running: Running): Promise<void> {
    if (running.isEnding) return;
    running.isEnding = true;
    const { pod, place, process } = running;
    if (process !== undefined) {
      const exited = once(process, "exit");
      process.kill("SIGTERM");
      await exited;
    }
    network.remove(place);
    known.delete(pod.metadata.uid);
    const options = {
      apiVersion: "v1",
      kind: "DeleteOptions",
      gracePeriodSeconds: 0,
      preconditions: { uid: pod.metadata.uid },
    };
    await admin.send("DELETE", `${collection}/${pod.metadata.name}`, options);
  }

  const loop = (async () => {
    while (!isStopped) {
      await sync().catch(report);
      await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
    }
  })();

  function find(name: string): Running {
    const running = [...known.values()].find(({ pod }) => pod.metadata.name === name);
    if (running === undefined) throw new Error(`no Pod ${name} runs`);
    return running;
  }

  return {
    running: () =>
      [...known.values()].filter(({ process }) => process !== undefined).map(({ pod }) => pod.metadata.name),
    kill: (name) => void find(name).process?.kill("SIGKILL"),
    logs: () => readFileSync(logFile, "utf8"),
    addressOf: (name) => find(name).place.address,
    async stop() {
      isStopped = true;
      await loop;
      await Promise.all(endings);
      await Promise.all(
        [...known.values()].map(async ({ process, place }) => {
          if (process !== undefined) {
            const exited = once(process, "exit");
            process.kill("SIGKILL");
            await exited;
          }
          network.remove(place);
        }),
      );
    },
  };
}

/** What goes wrong once is tried again with the next look. */
function report(error: unknown): void {
  process.stderr.write(`worker: ${String(error)}\n`);
}
