import type { Test } from "tap";
import { eventually } from "../../builders/eventually.ts";
import type { AdminAnswer, AdminClient } from "../../cluster/lib/admin-client.ts";
import { type ControlPlane, startControlPlane } from "../../cluster/lib/control-plane.ts";
import { createHelm, type Helm } from "./helm.ts";
import { createPodNetwork } from "./network.ts";
import { startWorker, type Worker } from "./worker.ts";

/** The namespace and the release of the tests. */
export const RELEASE = "pullcred";
export const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

/** A control plane with a worker on which helm can install pullcred. */
export type Site = {
  readonly plane: ControlPlane;
  readonly admin: AdminClient;
  readonly helm: Helm;
  readonly worker: Worker;
  makeNamespace(name: string, labels?: object): Promise<void>;
  makePod(namespace: string, name: string, image: string, parts?: PodParts): Promise<AdminAnswer>;
  /** Waits until two replicas are ready and no other one is left, and returns their names. */
  settle(): Promise<readonly string[]>;
  /** The metrics of every replica. */
  metrics(): Promise<readonly string[]>;
  /** The names of the pull secrets of a Pod as it was admitted. */
  secretsOf(pod: AdminAnswer): readonly string[];
};

export type PodParts = { readonly metadata?: object; readonly spec?: object; readonly query?: string };

/** Starts everything; it ends with the test file. */
export async function startSite(t: Test): Promise<Site> {
  const network = createPodNetwork();
  t.teardown(() => network.stop());
  const plane = await startControlPlane({
    address: network.gateway,
    // Without kube-proxy, the API server finds a Service's Pods by its EndpointSlices.
    apiServerFlags: ["--enable-aggregator-routing=true"],
    // Nobody says for the worker that it lives.
    controllerManagerFlags: ["--controllers=*,-node-lifecycle-controller"],
  });
  t.teardown(() => plane.stop());
  const worker = await startWorker(plane, network, RELEASE);
  t.teardown(() => worker.stop());
  const { admin } = plane;

  async function settle(): Promise<readonly string[]> {
    return eventually("two replicas are ready", async () => {
      const { body } = await admin.get(`/api/v1/namespaces/${RELEASE}/pods`);
      const ready = body.items.filter(isReady);
      const names = ready.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
      return body.items.length === 2 && names.length === 2 ? names : undefined;
    });
  }

  return {
    settle,
    async metrics() {
      const addresses = (await settle()).map(worker.addressOf);
      return Promise.all(
        addresses.map(async (address) => (await fetch(`http://${address}:9090/metrics`)).text()),
      );
    },
    plane,
    admin,
    worker,
    helm: createHelm(plane, RELEASE, RELEASE),
    async makeNamespace(name, labels = {}) {
      await admin.create("/api/v1/namespaces", { metadata: { name, labels } });
      await eventually(`${name} has its ServiceAccount`, async () => {
        const { status } = await admin.get(`/api/v1/namespaces/${name}/serviceaccounts/default`);
        return status === 200 || undefined;
      });
    },
    makePod: (namespace, name, image, { metadata, spec, query = "" } = {}) =>
      admin.send("POST", `/api/v1/namespaces/${namespace}/pods${query}`, {
        metadata: { name, ...metadata },
        spec: { containers: [{ name: "app", image }], ...spec },
      }),
    secretsOf: ({ body }) => (body.spec?.imagePullSecrets ?? []).map(({ name }: { name: string }) => name),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: an object of the Kubernetes API, as it comes
function isReady({ metadata, status }: any): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  return (status.conditions ?? []).some(
    ({ type, status: value }: { type: string; status: string }) => type === "Ready" && value === "True",
  );
}

/** The password for a registry in a pull secret; undefined where there is no such Secret. */
export async function passwordIn(
  admin: AdminClient,
  namespace: string,
  name: string,
  registry: string,
): Promise<string | undefined> {
  const { status, body } = await admin.get(`/api/v1/namespaces/${namespace}/secrets/${name}`);
  if (status !== 200) return undefined;
  const config = JSON.parse(Buffer.from(body.data[".dockerconfigjson"], "base64").toString());
  return config.auths?.[registry]?.password;
}
