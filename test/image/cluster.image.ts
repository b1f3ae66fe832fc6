import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { makeSelfSigned } from "../../src/adapters/tls/self-signed.ts";
import { type Cluster, HARBOR, startCluster } from "../cluster/lib/cluster.ts";
import { kubeconfig } from "../cluster/lib/control-plane.ts";
import { registerWebhook } from "../cluster/lib/replica.ts";
import { type ContainerOptions, type RunningServer, serveInContainer } from "./lib/container.ts";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
/** What docs/performance.md promises, with everything loaded that a Pod loads. */
const MEMORY_LIMIT_MIB = 100;

/** A file that the image's user reads, as kubelet mounts it. */
function writeReadable(file: string, content: string): void {
  writeFileSync(file, content);
  chmodSync(file, 0o644);
}

/** Starts the image beside a control plane with a serving certificate, and has its reviews sent there. */
async function serve(
  t: Test,
  cluster: Cluster,
  { mounts = {}, env = {} }: ContainerOptions,
): Promise<RunningServer> {
  const folder = join(cluster.plane.folder, "etc");
  mkdirSync(folder, { recursive: true });
  const { serving, ca } = await makeSelfSigned(["127.0.0.1"], Date.now(), 3_600_000);
  writeReadable(join(folder, "tls.crt"), serving.certificate);
  writeReadable(join(folder, "tls.key"), serving.key);
  writeReadable(join(folder, "config.yaml"), readFileSync(cluster.configFile, "utf8"));
  const files = ["--tls-cert", "/etc/pullcred/tls.crt", "--tls-key", "/etc/pullcred/tls.key"];
  const server = await serveInContainer(t, ["--config", "/etc/pullcred/config.yaml", ...files], {
    mounts: { "/etc/pullcred": folder, ...mounts },
    env,
  });
  await registerWebhook(cluster.plane, { url: server.url, ca });
  return server;
}

/** A Pod of a new namespace names the pull secret, and finds it. */
async function servesFirstPod(t: Test, cluster: Cluster, namespace: string): Promise<void> {
  await cluster.makeNamespace(namespace);
  const { status, body } = await cluster.makePod(namespace, "app");
  t.equal(status, 201);
  t.same(body.spec.imagePullSecrets, [{ name: HARBOR.secretName }]);
  t.equal(await cluster.passwordIn(namespace), "one");
}

t.test("the image serves a real API server", async (t) => {
  const cluster = await startCluster(t);
  await cluster.setPassword("one");
  const { plane } = cluster;

  await t.test("as a Pod, with the files of its ServiceAccount", async (t) => {
    const account = join(plane.folder, "account");
    mkdirSync(account);
    writeReadable(join(account, "token"), readFileSync(join(plane.folder, "token"), "utf8"));
    writeReadable(
      join(account, "ca.crt"),
      readFileSync(join(plane.folder, "certs", "apiserver.crt"), "utf8"),
    );
    const server = await serve(t, cluster, {
      mounts: { [ACCOUNT]: account },
      env: { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: String(plane.port) },
    });
    await servesFirstPod(t, cluster, "in-a-pod");
    const memory = server.memory();
    t.ok(memory < MEMORY_LIMIT_MIB, `${memory.toFixed(0)} MiB are resident`);
    t.equal(await server.stop(), 0);
  });

  await t.test("beside it, with a kubeconfig", async (t) => {
    const kube = join(plane.folder, "kube");
    mkdirSync(kube);
    writeReadable(join(kube, "token"), readFileSync(join(plane.folder, "token"), "utf8"));
    writeReadable(join(kube, "config"), kubeconfig(plane.port, "tokenFile: token"));
    const server = await serve(t, cluster, {
      mounts: { "/kube": kube },
      env: { KUBECONFIG: "/kube/config" },
    });
    await servesFirstPod(t, cluster, "by-kubeconfig");
    t.equal(await server.stop(), 0);
  });
});
