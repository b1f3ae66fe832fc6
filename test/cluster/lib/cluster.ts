import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { configText } from "../../builders/config.ts";
import { eventually } from "../../builders/eventually.ts";
import type { AdminAnswer, AdminClient } from "./admin-client.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { type Replica, renewToken, startReplica } from "./replica.ts";
import { grantMapping, grantRights } from "./rights.ts";

export const HARBOR = { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" };
export const IMAGE = "harbor.example.com/app:1";
const ORIGIN = "/api/v1/namespaces/pullcred/secrets/harbor-creds";

/** A control plane in which pullcred is installed, with one mapping, and what tests ask of it. */
export type Cluster = {
  readonly plane: ControlPlane;
  readonly admin: AdminClient;
  readonly configFile: string;
  /** Writes the config file. */
  configure(registries: Parameters<typeof configText>[0], provisioning?: string): void;
  /** Sets the origin's password, or makes the origin. */
  setPassword(password: string): Promise<void>;
  makeNamespace(name: string, labels?: object): Promise<void>;
  makePod(namespace: string, name: string, parts?: PodParts): Promise<AdminAnswer>;
  /** The password in the copy of a namespace; undefined where there is none. */
  passwordIn(namespace: string): Promise<string | undefined>;
  /** Waits until the copies of these namespaces have a password. */
  passwordArrives(password: string, namespaces: readonly string[]): Promise<void>;
  /** Starts a replica; with a port, that is where it finds the API server. */
  start(port?: number, flags?: readonly string[]): Promise<Replica>;
};

export type PodParts = {
  readonly image?: string;
  readonly metadata?: object;
  readonly spec?: object;
  readonly query?: string;
};

/** Starts the control plane with everything in place; it ends with the test file. */
export async function startCluster(t: Test): Promise<Cluster> {
  const plane = await startControlPlane();
  const replicas: Replica[] = [];
  t.teardown(async () => {
    for (const replica of replicas) await replica.stop("SIGKILL");
    await plane.stop();
  });
  const { admin } = plane;
  const configFile = join(plane.folder, "config.yaml");
  await grantRights(admin, ["harbor-creds"]);
  await grantMapping(admin, "harbor-pull");
  await renewToken(plane);

  async function passwordIn(namespace: string): Promise<string | undefined> {
    const { status, body } = await admin.get(secretPath(namespace));
    return status === 200 ? readPassword(body.data[".dockerconfigjson"]) : undefined;
  }

  const cluster: Cluster = {
    plane,
    admin,
    configFile,
    configure(registries, provisioning) {
      // As kubelet changes a mounted ConfigMap: nobody ever reads half of it.
      writeFileSync(`${configFile}.next`, configText(registries, provisioning));
      renameSync(`${configFile}.next`, configFile);
    },
    async setPassword(password) {
      const stringData = { username: "robot", password };
      const { status } = await admin.merge(ORIGIN, { stringData });
      if (status === 200) return;
      const metadata = { name: "harbor-creds" };
      const type = "kubernetes.io/basic-auth";
      await admin.create("/api/v1/namespaces/pullcred/secrets", { metadata, type, stringData });
    },
    async makeNamespace(name, labels = {}) {
      await admin.create("/api/v1/namespaces", { metadata: { name, labels } });
      await eventually(`${name} has its ServiceAccount`, async () => {
        const { status } = await admin.get(`/api/v1/namespaces/${name}/serviceaccounts/default`);
        return status === 200 || undefined;
      });
    },
    makePod: (namespace, name, { image = IMAGE, metadata, spec, query = "" } = {}) =>
      admin.send("POST", `/api/v1/namespaces/${namespace}/pods${query}`, {
        metadata: { name, ...metadata },
        spec: { containers: [{ name: "app", image }], ...spec },
      }),
    passwordIn,
    async passwordArrives(password, namespaces) {
      for (const namespace of namespaces) {
        await eventually(`${namespace} has ${password}`, async () => {
          return (await passwordIn(namespace)) === password || undefined;
        });
      }
    },
    async start(port = plane.port, flags = []) {
      const replica = await startReplica({ folder: plane.folder, port }, configFile, flags);
      replicas.push(replica);
      return replica;
    },
  };
  cluster.configure([HARBOR]);
  return cluster;
}

/** The path of the copy in a namespace. */
export function secretPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/secrets/harbor-pull`;
}

/** The password for a registry in a copy's data; undefined where it holds none. */
export function readPassword(data: string, registry = "harbor.example.com"): string | undefined {
  return JSON.parse(Buffer.from(data, "base64").toString()).auths?.[registry]?.password;
}
