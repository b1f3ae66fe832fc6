import { join } from "node:path";
import { type Ended, pullcred } from "../../builders/cli.ts";
import { eventually } from "../../builders/eventually.ts";
import type { Cluster } from "./cluster.ts";

/** A Pod of a DaemonSet, which has the name of its node in its affinity. */
export type Pod = {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly affinity: object; readonly [field: string]: unknown };
};

/** The state of a container by itself. */
export const RUNNING = { running: { startedAt: "2026-01-01T00:00:00Z" } };

/** The state of a container that has not started. */
export function waiting(reason: string, message = ""): object {
  return { waiting: { reason, message } };
}

/** Nodes without a kubelet, for which a test says what one would. */
export type FakeNodes = {
  /** As the one who may do everything. */
  readonly kubeconfig: string;
  make(name: string, labels?: object, kubeletVersion?: string): Promise<void>;
  /** Runs `pullcred prepull --wait`. */
  prepull(args: readonly string[], kubeconfig?: string): Promise<Ended>;
  /** Waits until each of these nodes has its Pod, and returns them. */
  podsOn(namespace: string, nodes: readonly string[]): Promise<readonly Pod[]>;
  /** Says what kubelet would of a Pod's containers. */
  tell(namespace: string, pod: Pod, states: Readonly<Record<string, object>>): Promise<void>;
  /** Says again and again what kubelets would, until the command has ended: some of it is said before it listens. */
  untilEnded(ended: Promise<Ended>, say: () => Promise<void>): Promise<Ended>;
  /** Waits until the namespace has no DaemonSet and no Pod. */
  untilGone(namespace: string): Promise<void>;
};

/** Makes what there is to do with such nodes. */
export function fakeNodes({ admin, plane, configFile }: Cluster): FakeNodes {
  const kubeconfig = join(plane.folder, "admin.kubeconfig");
  return {
    kubeconfig,
    async make(name, labels = {}, kubeletVersion = "v1.37.2") {
      await admin.create("/api/v1/nodes", {
        metadata: { name, labels: { "kubernetes.io/os": "linux", ...labels } },
      });
      const status = { nodeInfo: { kubeletVersion } };
      await admin.send("PATCH", `/api/v1/nodes/${name}/status`, { status }, "application/merge-patch+json");
    },
    prepull(args, KUBECONFIG = kubeconfig) {
      return pullcred(["prepull", "--config", configFile, "--wait", ...args], "", { KUBECONFIG });
    },
    podsOn(namespace, nodes) {
      return eventually(`${namespace} has a Pod for each of ${nodes.join(", ")}`, async () => {
        const { body } = await admin.get(`/api/v1/namespaces/${namespace}/pods`);
        const pods: readonly Pod[] = body.items;
        const found = nodes.map((node) =>
          pods.find(({ spec }) => JSON.stringify(spec.affinity).includes(`"${node}"`)),
        );
        return found.every((pod) => pod !== undefined) ? found : undefined;
      });
    },
    async tell(namespace, { metadata }, states) {
      const containerStatuses = Object.entries(states).map(([name, state]) => ({
        ...{ name, state, ready: false, restartCount: 0, image: "", imageID: "" },
      }));
      const path = `/api/v1/namespaces/${namespace}/pods/${metadata.name}/status`;
      const { status, body } = await admin.merge(path, { status: { containerStatuses } });
      // 404: its DaemonSet has been deleted meanwhile.
      if (status !== 200 && status !== 404)
        throw new Error(`could not set the status: ${JSON.stringify(body)}`);
    },
    async untilEnded(ended, say) {
      let hasEnded = false;
      const end = ended.finally(() => {
        hasEnded = true;
      });
      await eventually("the command ends", async () => {
        await say();
        return hasEnded || undefined;
      });
      return end;
    },
    async untilGone(namespace) {
      for (const path of [
        `/apis/apps/v1/namespaces/${namespace}/daemonsets`,
        `/api/v1/namespaces/${namespace}/pods`,
      ]) {
        await eventually(`${path} is empty`, async () => {
          return (await admin.get(path)).body.items.length === 0 || undefined;
        });
      }
    },
  };
}
