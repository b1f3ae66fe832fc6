// pullcred prepull beside a real API server and DaemonSet controller. The nodes have no kubelet: the tests say what one would.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { type Ended, pullcred, ROOT } from "../builders/cli.ts";
import { eventually } from "../builders/eventually.ts";
import { startCluster } from "./lib/cluster.ts";
import { kubeconfig } from "./lib/control-plane.ts";

const SHOP = "harbor.example.com/shop:1";
const NONE = "harbor.example.com/none:1";
const cluster = await startCluster(t);
const { admin, plane, configFile } = cluster;
const asAdmin = { KUBECONFIG: join(plane.folder, "admin.kubeconfig") };
await makeNode("node-1");
await makeNode("node-2");

async function makeNode(name: string, labels: object = {}, kubeletVersion = "v1.37.2"): Promise<void> {
  await admin.create("/api/v1/nodes", {
    metadata: { name, labels: { "kubernetes.io/os": "linux", ...labels } },
  });
  const status = { nodeInfo: { kubeletVersion } };
  await admin.send("PATCH", `/api/v1/nodes/${name}/status`, { status }, "application/merge-patch+json");
}

function prepull(args: readonly string[], env: NodeJS.ProcessEnv = asAdmin): Promise<Ended> {
  return pullcred(["prepull", "--config", configFile, "--wait", ...args], "", env);
}

type Pod = { metadata: { name: string }; spec: { affinity: object; [field: string]: unknown } };

/** Waits until each of these nodes has its Pod, and returns them. */
async function podsOn(namespace: string, nodes: readonly string[]): Promise<readonly Pod[]> {
  return eventually(`${namespace} has a Pod for each of ${nodes.join(", ")}`, async () => {
    const { body } = await admin.get(`/api/v1/namespaces/${namespace}/pods`);
    const pods: readonly Pod[] = body.items;
    const found = nodes.map((node) =>
      pods.find(({ spec }) => JSON.stringify(spec.affinity).includes(`"${node}"`)),
    );
    return found.every((pod) => pod !== undefined) ? found : undefined;
  });
}

const RUNNING = { running: { startedAt: "2026-01-01T00:00:00Z" } };
const waiting = (reason: string, message = ""): object => ({ waiting: { reason, message } });

/** Says what kubelet would of a Pod's containers. */
async function tell(
  namespace: string,
  { metadata }: Pod,
  states: Readonly<Record<string, object>>,
): Promise<void> {
  const containerStatuses = Object.entries(states).map(([name, state]) => ({
    ...{ name, state, ready: false, restartCount: 0, image: "", imageID: "" },
  }));
  const path = `/api/v1/namespaces/${namespace}/pods/${metadata.name}/status`;
  const { status, body } = await admin.merge(path, { status: { containerStatuses } });
  // 404: its DaemonSet has been deleted meanwhile.
  if (status !== 200 && status !== 404) throw new Error(`could not set the status: ${JSON.stringify(body)}`);
}

/** Says again and again what kubelets would, until the command has ended: some of it is said before it listens. */
async function untilEnded(ended: Promise<Ended>, say: () => Promise<void>): Promise<Ended> {
  let hasEnded = false;
  const end = ended.finally(() => {
    hasEnded = true;
  });
  await eventually("the command ends", async () => {
    await say();
    return hasEnded || undefined;
  });
  return end;
}

async function untilGone(namespace: string): Promise<void> {
  for (const path of [
    `/apis/apps/v1/namespaces/${namespace}/daemonsets`,
    `/api/v1/namespaces/${namespace}/pods`,
  ]) {
    await eventually(`${path} is empty`, async () => {
      return (await admin.get(path)).body.items.length === 0 || undefined;
    });
  }
}

t.test("images that every node has pulled: exit code 0, and nothing is left", async (t) => {
  await cluster.makeNamespace("team-a", { "pod-security.kubernetes.io/enforce": "restricted" });
  const ended = prepull(["-n", "team-a", "--images", SHOP, "nginx"]);
  const pods = await podsOn("team-a", ["node-1", "node-2"]);
  for (const pod of pods) {
    t.match(pod.spec, {
      imagePullSecrets: [{ name: "harbor-pull" }],
      volumes: [{ image: { reference: SHOP } }, { image: { reference: "nginx" } }],
      automountServiceAccountToken: false,
    });
    await tell("team-a", pod, { pause: RUNNING, "image-1": RUNNING, "image-2": RUNNING });
  }
  t.same(await ended, {
    code: 0,
    stdout: [
      `Pulled   ${SHOP}  2 nodes`,
      "Pulled   nginx  2 nodes",
      "",
      "2 of 2 images are on all of 2 nodes",
      "",
    ].join("\n"),
    stderr: "",
  });
  await untilGone("team-a");
});

t.test("what a node does not get is told with its reason, and why that may be", async (t) => {
  const ended = prepull(["-n", "team-a", "--images", SHOP, NONE, "-o", "json"]);
  const [one, two] = await podsOn("team-a", ["node-1", "node-2"]);
  if (one === undefined || two === undefined) throw new Error("there are no Pods");
  await tell("team-a", one, { pause: RUNNING, "image-1": RUNNING, "image-2": RUNNING });
  const refused = waiting("ErrImagePull", "GET https://user:word@s3.example.com/x?X-Amz-Signature=word: 403");
  const { code, stdout, stderr } = await untilEnded(ended, async () => {
    for (const state of [waiting("ImagePullBackOff", "Back-off"), refused]) {
      await tell("team-a", two, { pause: RUNNING, "image-1": RUNNING, "image-2": state });
    }
  });
  t.same([code, stderr], [1, ""]);
  t.notMatch(stdout, "word");
  t.match(JSON.parse(stdout), {
    daemonSet: { namespace: "team-a", name: /^pullcred-prepull-[0-9a-f]{10}$/ },
    method: "volumes",
    nodes: 2,
    isLate: false,
    images: [
      { image: SHOP, pulled: 2, problems: [] },
      {
        image: NONE,
        pulled: 1,
        problems: [
          {
            node: "node-2",
            result: "Failed",
            reason: /^(ErrImagePull|ImagePullBackOff)$/,
          },
        ],
      },
      { image: "registry.k8s.io/pause:3.10", pulled: 2, problems: [] },
    ],
    notes: ["there is no Secret harbor-pull in namespace team-a: kubelet pulled without it"],
  });
  await untilGone("team-a");
});

t.test("where a kubelet is old, images are those of containers that cannot start", async (t) => {
  await makeNode("node-3", { pool: "old" }, "v1.34.1");
  const args = ["-n", "team-a", "--images", SHOP, "--node-selector", "pool=old", "-o", "json"];
  const ended = prepull(args);
  const [pod] = await podsOn("team-a", ["node-3"]);
  if (pod === undefined) throw new Error("there is no Pod");
  t.match(pod.spec, { containers: [{ name: "pause" }, { name: "image-1", image: SHOP }] });
  await tell("team-a", pod, { pause: RUNNING, "image-1": waiting("RunContainerError", "no such file") });
  const { code, stdout } = await ended;
  t.match([code, JSON.parse(stdout)], [0, { method: "containers", nodes: 1, images: [{ pulled: 1 }, {}] }]);
  await untilGone("team-a");
});

t.test("Pods that may not be created are told of, when the time is over", async (t) => {
  await cluster.makeNamespace("full");
  const quota = { metadata: { name: "none" }, spec: { hard: { pods: "0" } } };
  await admin.create("/api/v1/namespaces/full/resourcequotas", quota);
  await eventually("the quota counts", async () => {
    return (await admin.get("/api/v1/namespaces/full/resourcequotas/none")).body.status?.used || undefined;
  });
  const { code, stdout } = await prepull(["-n", "full", "--images", SHOP, "--timeout", "10"]);
  t.equal(code, 1);
  t.match(stdout, "0 of 1 images are on all of 3 nodes; the time is over");
  t.match(stdout, /note: Error creating: .*exceeded quota: none/);
  await untilGone("full");
});

t.test("where no node is selected, that is told at once", async (t) => {
  t.match(await prepull(["-n", "team-a", "--images", SHOP, "--node-selector", "pool=none"]), {
    code: 1,
    stdout: "no node is selected\n",
  });
  await untilGone("team-a");
});

t.test("a signal ends the waiting, and nothing is left", async (t) => {
  const main = join(ROOT, "src", "main.ts");
  const args = ["prepull", "--config", configFile, "--wait", "-n", "team-a", "--images", SHOP];
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...asAdmin } });
  const exited = once(child, "exit");
  await podsOn("team-a", ["node-1", "node-2"]);
  child.kill("SIGTERM");
  t.same(await exited, [null, "SIGTERM"]);
  await untilGone("team-a");
});

t.test("what an earlier run left is replaced; what somebody else made stays", async (t) => {
  const path = "/apis/apps/v1/namespaces/team-a/daemonsets";
  const rendered = await pullcred([
    ...["prepull", "--config", configFile, "-n", "team-a", "--images", SHOP, "--name", "mine", "-o", "json"],
  ]);
  const left = JSON.parse(rendered.stdout);
  const { body: before } = await admin.create(path, left);
  const [old] = await podsOn("team-a", ["node-3"]);
  if (old === undefined) throw new Error("there is no Pod");
  await tell("team-a", old, { pause: RUNNING, "image-1": RUNNING });
  const ended = prepull(["-n", "team-a", "--images", NONE, "--name", "mine", "--node-selector", "pool=old"]);
  await eventually("another one has the name", async () => {
    const { status, body } = await admin.get(`${path}/mine`);
    return (status === 200 && body.metadata.uid !== before.metadata.uid) || undefined;
  });
  const { code } = await untilEnded(ended, async () => {
    const pods: readonly Pod[] = (await admin.get("/api/v1/namespaces/team-a/pods")).body.items;
    for (const pod of pods.filter(({ metadata }) => metadata.name !== old.metadata.name)) {
      await tell("team-a", pod, { pause: RUNNING, "image-1": waiting("InvalidImageName") });
    }
  });
  t.equal(code, 1, "the Pods of the one before tell nothing");
  await untilGone("team-a");

  await admin.create(path, { ...left, metadata: { name: "mine" } });
  const refused = await prepull(["-n", "team-a", "--images", SHOP, "--name", "mine"]);
  t.match(refused, { code: 2, stdout: "", stderr: /is none of pullcred prepull: give another --name/ });
  t.equal((await admin.get(`${path}/mine`)).status, 200);
  await admin.delete(`${path}/mine`);
  await untilGone("team-a");
});

t.test("the rights are those of whoever asks, and few are enough", async (t) => {
  const account = { metadata: { name: "release" } };
  await admin.create("/api/v1/namespaces/team-a/serviceaccounts", account);
  const path = "/api/v1/namespaces/team-a/serviceaccounts/release/token";
  const { body } = await admin.create(path, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" });
  const KUBECONFIG = join(plane.folder, "release.kubeconfig");
  writeFileSync(KUBECONFIG, kubeconfig(plane.port, `token: ${body.status.token}`));
  const run = (): Promise<Ended> => prepull(["-n", "team-a", "--images", SHOP], { KUBECONFIG });
  t.match(await run(), {
    ...{ code: 2, stdout: "" },
    stderr: /could not read DaemonSet .*cannot get resource "daemonsets"/,
  });

  const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/team-a";
  const verbs = ["get", "list", "watch", "create", "patch", "delete"];
  const ofDaemonSets = { apiGroups: ["apps"], resources: ["daemonsets"], verbs };
  await admin.create(`${rbac}/roles`, { ...account, rules: [ofDaemonSets] });
  await admin.create(`${rbac}/rolebindings`, {
    ...account,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "release" },
    subjects: [{ kind: "ServiceAccount", name: "release", namespace: "team-a" }],
  });
  await eventually(
    "the role counts",
    async () => (await run()).stderr.includes("no right to list and watch Pods") || undefined,
  );
  await untilGone("team-a");

  const ofPods = { apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] };
  await admin.merge(`${rbac}/roles/release`, { rules: [ofDaemonSets, ofPods] });
  const nodes = ["node-1", "node-2", "node-3"];
  const ended = run();
  for (const pod of await podsOn("team-a", nodes)) {
    await tell("team-a", pod, { pause: RUNNING, "image-1": RUNNING });
  }
  t.match(await ended, { code: 0, stdout: /1 of 1 images are on all of 3 nodes/, stderr: "" });
  await untilGone("team-a");
});
