import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type ControlPlane, kubeconfig } from "./control-plane.ts";

const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));

/** A pullcred beside the control plane, with the rights of its ServiceAccount. */
export type Replica = {
  readonly url: string;
  readonly ca: string;
  readonly pid: number;
  stderr(): string;
  metrics(): Promise<string>;
  /** What /status.json says, where `--status-page` is among the flags. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they expect to be there
  status(): Promise<any>;
  /** Sends a review straight to it, as the API server would. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they expect to be there
  review(body: unknown, timeout?: string): Promise<any>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** Asks for a token of a release's ServiceAccount and writes it where its kubeconfig looks for it. */
export async function renewToken(
  plane: Pick<ControlPlane, "folder" | "admin">,
  boundTo?: object,
  release = "pullcred",
): Promise<string> {
  const path = `/api/v1/namespaces/${release}/serviceaccounts/${release}/token`;
  const spec = boundTo === undefined ? {} : { boundObjectRef: boundTo };
  const { body } = await plane.admin.create(path, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec,
  });
  writeFileSync(join(plane.folder, "token"), body.status.token);
  return body.status.token;
}

/**
 * Starts `pullcred serve` with this config against the API server on the plane's port, and waits until it is ready. Its
 * token is in the folder.
 */
export async function startReplica(
  plane: Pick<ControlPlane, "folder" | "port">,
  config: string,
  flags: readonly string[] = [],
): Promise<Replica> {
  const kubeconfigFile = join(plane.folder, `pullcred-${plane.port}.kubeconfig`);
  writeFileSync(kubeconfigFile, kubeconfig(plane.port, `tokenFile: ${join(plane.folder, "token")}`));
  const addresses = ["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--drain-delay", "0"];
  const child = spawn(
    process.execPath,
    [MAIN, "serve", "--config", config, "-o", "json", ...addresses, ...flags],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, KUBECONFIG: kubeconfigFile },
    },
  );
  const exited = once(child, "exit");
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    stderr += chunk;
  });
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), exited]);
  if (typeof line !== "string") throw new Error(`pullcred ended: ${stderr}`);
  const { url, metricsUrl, ca: caFile } = JSON.parse(line);
  const ca = readFileSync(caFile, "utf8");
  return {
    url,
    ca,
    pid: child.pid ?? 0,
    stderr: () => stderr,
    metrics: async () => (await fetch(`${metricsUrl}/metrics`)).text(),
    status: async () => (await fetch(`${metricsUrl}/status.json`)).json(),
    async review(body, timeout = "10s") {
      const headers = { "content-type": "application/json" };
      const outgoing = request(`${url}?timeout=${timeout}`, { method: "POST", ca, headers });
      outgoing.end(JSON.stringify(body));
      const [response] = await once(outgoing, "response");
      return JSON.parse(await text(response));
    },
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}

/** Has the API server send the reviews of new Pods to this replica. */
export async function registerWebhook(
  { admin }: ControlPlane,
  { url, ca }: Pick<Replica, "url" | "ca">,
): Promise<void> {
  const path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
  await admin.delete(`${path}/pullcred`);
  await admin.create(path, {
    metadata: { name: "pullcred" },
    webhooks: [
      {
        name: "pods.pullcred.dev",
        clientConfig: { url, caBundle: Buffer.from(ca).toString("base64") },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        namespaceSelector: {
          matchExpressions: [
            { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system", "pullcred"] },
          ],
        },
        admissionReviewVersions: ["v1"],
        sideEffects: "NoneOnDryRun",
        reinvocationPolicy: "IfNeeded",
        failurePolicy: "Fail",
        timeoutSeconds: 5,
      },
    ],
  });
}
