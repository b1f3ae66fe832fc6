// pullcred prepull beside a real API server and DaemonSet controller. The nodes have no kubelet: the tests say what one would.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { type Ended, MAIN } from "../builders/cli.ts";
import { eventually } from "../builders/eventually.ts";
import { startCluster } from "./lib/cluster.ts";
import { kubeconfig } from "./lib/control-plane.ts";
import { fakeNodes, RUNNING, waiting } from "./lib/fake-nodes.ts";

const SHOP = "harbor.example.com/shop:1";
const NONE = "harbor.example.com/none:1";
const cluster = await startCluster(t);
const { admin, plane, configFile } = cluster;
const nodes = fakeNodes(cluster);
const { prepull, podsOn, tell, untilEnded, untilGone } = nodes;
await nodes.make("node-1");
await nodes.make("node-2");

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
  await nodes.make("node-3", { pool: "old" }, "v1.34.1");
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
  const args = ["prepull", "--config", configFile, "--wait", "-n", "team-a", "--images", SHOP];
  // By NODE_OPTIONS, which it gives to every child, tap loads a module that has a say in what signals do.
  const child = spawn("env", ["-u", "NODE_OPTIONS", process.execPath, MAIN, ...args], {
    env: { ...process.env, KUBECONFIG: nodes.kubeconfig },
  });
  const exited = once(child, "exit");
  await podsOn("team-a", ["node-1", "node-2"]);
  child.kill("SIGTERM");
  t.same(await exited, [null, "SIGTERM"]);
  await untilGone("team-a");
});

t.test("the rights are those of whoever asks, and few are enough", async (t) => {
  const account = { metadata: { name: "release" } };
  await admin.create("/api/v1/namespaces/team-a/serviceaccounts", account);
  const path = "/api/v1/namespaces/team-a/serviceaccounts/release/token";
  const { body } = await admin.create(path, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" });
  const ofAccount = join(plane.folder, "release.kubeconfig");
  writeFileSync(ofAccount, kubeconfig(plane.port, `token: ${body.status.token}`));
  const run = (): Promise<Ended> => prepull(["-n", "team-a", "--images", SHOP], ofAccount);
  t.match(await run(), {
    ...{ code: 2, stdout: "" },
    stderr: /could not read DaemonSet .*cannot get resource "daemonsets"/,
  });

  const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/team-a";
  const verbs = ["get", "list", "watch", "create", "delete"];
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
  const ended = run();
  for (const pod of await podsOn("team-a", ["node-1", "node-2", "node-3"])) {
    await tell("team-a", pod, { pause: RUNNING, "image-1": RUNNING });
  }
  t.match(await ended, { code: 0, stdout: /1 of 1 images are on all of 3 nodes/, stderr: "" });
  await untilGone("team-a");
});
