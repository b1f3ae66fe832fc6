import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../builders/eventually.ts";
import { type AdminClient, createAdminClient } from "./admin-client.ts";
import { type AuditEvent, openAuditLog } from "./audit-log.ts";
import { type Component, findFreePort, startComponent } from "./component.ts";

/** A Kubernetes control plane of one's own. */
export type ControlPlane = {
  /** Where its files are; gone after `stop`. */
  readonly folder: string;
  readonly port: number;
  readonly admin: AdminClient;
  readonly adminToken: string;
  readonly etcd: Component;
  readonly apiServer: Component;
  /** Resolves when the API server answers. */
  ready(): Promise<void>;
  /** The requests of a user so far, from the audit log. */
  audit(user: string): readonly AuditEvent[];
  stop(): Promise<void>;
};

const ADMIN_TOKEN = "admin-token";

export type ControlPlaneOptions = {
  /** An address of this machine where Pods, too, find the API server; without one only this machine does. */
  readonly address?: string;
  /** What a test adds to the command lines. */
  readonly apiServerFlags?: readonly string[];
  readonly controllerManagerFlags?: readonly string[];
};

/** Starts etcd, kube-apiserver and kube-controller-manager, and waits until they work. */
export async function startControlPlane({
  address,
  apiServerFlags = [],
  controllerManagerFlags = [],
}: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = process.env.PULLCRED_TEST_CONTROL_PLANE;
  if (binaries === undefined) throw new Error("run these tests by: npm run test:cluster");
  const folder = mkdtempSync(join(tmpdir(), "pullcred-cluster-"));
  const file = (name: string): string => join(folder, name);
  const [etcdPort, peerPort, port] = [await findFreePort(), await findFreePort(), await findFreePort()];
  writeKeys(file("sa.pub"), file("sa.key"));
  writeFileSync(file("tokens.csv"), `${ADMIN_TOKEN},admin,admin,"system:masters"\n`);
  writeFileSync(
    file("audit.yaml"),
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n",
  );
  // It samples nothing, so that nobody has to collect the spans; the id of the trace is sent to webhooks all the same.
  writeFileSync(
    file("tracing.yaml"),
    "apiVersion: apiserver.config.k8s.io/v1\nkind: TracingConfiguration\nsamplingRatePerMillion: 0\n",
  );
  writeFileSync(file("admin.kubeconfig"), kubeconfig(port, `token: ${ADMIN_TOKEN}`));

  const etcd = startComponent(
    join(binaries, "etcd"),
    [
      ...["--data-dir", file("etcd"), "--unsafe-no-fsync"],
      ...["--listen-client-urls", `http://127.0.0.1:${etcdPort}`],
      ...["--advertise-client-urls", `http://127.0.0.1:${etcdPort}`],
      ...["--listen-peer-urls", `http://127.0.0.1:${peerPort}`],
      ...["--initial-advertise-peer-urls", `http://127.0.0.1:${peerPort}`],
      ...["--initial-cluster", `default=http://127.0.0.1:${peerPort}`],
    ],
    file("etcd.log"),
  );
  const apiServer = startComponent(
    join(binaries, "kube-apiserver"),
    [
      ...["--etcd-servers", `http://127.0.0.1:${etcdPort}`],
      ...["--service-account-key-file", file("sa.pub"), "--service-account-signing-key-file", file("sa.key")],
      ...["--service-account-issuer", "https://kubernetes.default.svc", "--authorization-mode", "RBAC"],
      ...["--token-auth-file", file("tokens.csv"), "--cert-dir", file("certs")],
      ...["--secure-port", String(port), "--bind-address", address === undefined ? "127.0.0.1" : "0.0.0.0"],
      ...(address === undefined ? [] : ["--advertise-address", address]),
      ...["--service-cluster-ip-range", "10.0.0.0/24"],
      ...["--tracing-config-file", file("tracing.yaml")],
      ...["--audit-policy-file", file("audit.yaml"), "--audit-log-path", file("audit.log")],
      ...apiServerFlags,
    ],
    file("kube-apiserver.log"),
  );
  const admin = createAdminClient(port, ADMIN_TOKEN);
  const ready = async (): Promise<void> => {
    await eventually("the API server is ready", async () => {
      const answer = await admin.get("/readyz").catch(() => undefined);
      return answer?.status === 200 || undefined;
    });
  };
  await ready();
  const controllerManager = startComponent(
    join(binaries, "kube-controller-manager"),
    [
      ...["--kubeconfig", file("admin.kubeconfig"), "--use-service-account-credentials"],
      ...[
        "--service-account-private-key-file",
        file("sa.key"),
        "--root-ca-file",
        file("certs/apiserver.crt"),
      ],
      ...["--leader-elect=false", "--bind-address", "127.0.0.1", "--secure-port", "0"],
      ...controllerManagerFlags,
    ],
    file("kube-controller-manager.log"),
  );
  await eventually("the controllers work", async () => {
    const answer = await admin.get("/api/v1/namespaces/default/serviceaccounts/default");
    return answer.status === 200 || undefined;
  });

  return {
    folder,
    port,
    admin,
    adminToken: ADMIN_TOKEN,
    etcd,
    apiServer,
    ready,
    audit: openAuditLog(file("audit.log")),
    async stop() {
      admin.close();
      await Promise.all([controllerManager.stop(), apiServer.stop(), etcd.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The text of a kubeconfig for one user. */
export function kubeconfig(port: number, user: string): string {
  return [
    "apiVersion: v1",
    "kind: Config",
    "current-context: test",
    "contexts: [{name: test, context: {cluster: test, user: test}}]",
    `clusters: [{name: test, cluster: {server: "https://127.0.0.1:${port}", insecure-skip-tls-verify: true}}]`,
    `users: [{name: test, user: {${user}}}]`,
    "",
  ].join("\n");
}

function writeKeys(publicFile: string, privateFile: string): void {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(publicFile, publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(privateFile, privateKey.export({ type: "pkcs1", format: "pem" }));
}
