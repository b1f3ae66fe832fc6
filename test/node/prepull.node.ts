// What a DaemonSet of pullcred prepull does on a real node, and what kubelet tells of it.
import { join } from "node:path";
import t from "tap";
import { createPullLedger, type PullLedger } from "../../src/core/prepull/pull-ledger.ts";
import { type Ended, pullcred } from "../builders/cli.ts";
import { eventually } from "../builders/eventually.ts";
import { addToEveryPod } from "../cluster/lib/adding-policy.ts";
import { HARBOR, startCluster } from "../cluster/lib/cluster.ts";
import { NODE_NAME, startNode } from "./lib/node.ts";
import { PAUSE } from "./lib/node-config.ts";
import { deletePod, onNode, untilRunning } from "./lib/pods.ts";
import { startRegistry } from "./lib/registry.ts";

const registry = await startRegistry();
t.teardown(() => registry.stop());
const cluster = await startCluster(t);
const { admin, plane, configFile } = cluster;
const node = await startNode(plane, registry);
t.teardown(() => node.stop());

registry.setPassword("robot", "one");
cluster.configure([{ ...HARBOR, matchImages: [registry.host] }]);
await cluster.makeNamespace("team-a", { "pod-security.kubernetes.io/warn": "restricted" });
const auths = { [registry.host]: { username: "robot", password: "one" } };
await admin.create("/api/v1/namespaces/team-a/secrets", {
  metadata: { name: "harbor-pull" },
  type: "kubernetes.io/dockerconfigjson",
  stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
});

/** Puts the Pod of a rendered DaemonSet on the node, and follows it until one image is there and the other one given up. */
async function prepull(name: string, images: readonly string[], imageVolumes: string): Promise<PullLedger> {
  const options = ["--image-volumes", imageVolumes, "--pause-image", PAUSE, "-o", "json"];
  const { stdout } = await pullcred([
    ...["prepull", "--config", configFile, "-n", "team-a", "--images", ...images, ...options],
  ]);
  const { spec } = JSON.parse(stdout).spec.template;
  // No scheduler runs here, and no CNI plugin.
  const adapted = { ...spec, nodeName: NODE_NAME, hostNetwork: true };
  await admin.create("/api/v1/namespaces/team-a/pods", { metadata: { name }, spec: adapted });
  const containers = images.map((image, index): [string, string] => [`image-${index + 1}`, image]);
  const ledger = createPullLedger(new Map([...containers, ["pause", PAUSE]]));
  const until = (what: string, isSo: () => boolean): Promise<true> =>
    eventually(`${name}: ${what}`, async () => {
      ledger.observe((await admin.get(`/api/v1/namespaces/team-a/pods/${name}`)).body);
      return isSo() || undefined;
    });
  await until("what can be pulled is, and the rest is refused", () => {
    const refused = ledger.reports().flatMap(({ problems }) => problems);
    return ledger.count().pulled === images.length && refused.every(({ result }) => result === "Failed");
  });
  await until("the rest is given up", () => ledger.count().pending === 0);
  return ledger;
}

for (const [method, imageVolumes] of [
  ["volumes", "always"],
  ["containers", "never"],
] as const) {
  t.test(`by ${method}, images come to the node, and what does not come is told`, async (t) => {
    const shop = registry.push(`${method}/shop`, "the shop is open");
    const none = `${registry.host}/${method}/none:1`;
    const name = `prepull-${method}`;
    const ledger = await prepull(name, [shop, none], imageVolumes);
    t.same(ledger.count(), { pulled: 2, failed: 1, pending: 0 });
    const [ofShop, ofNone] = ledger.reports();
    t.same(ofShop, { image: shop, pulled: 1, problems: [] });
    t.match(ofNone, { image: none, pulled: 0, problems: [{ node: NODE_NAME, result: "Failed" }] });
    t.match(JSON.stringify(ofNone), /ErrImagePull.*not found/);
    await deletePod(admin, "team-a", name);

    const before = registry.requests(`${method}/shop`).length;
    const imagePullSecrets = [{ name: "harbor-pull" }];
    const spec = { ...onNode(shop, "Never").spec, imagePullSecrets };
    await cluster.makePod("team-a", `shop-${method}`, { spec });
    await untilRunning(admin, "team-a", `shop-${method}`);
    t.equal(registry.requests(`${method}/shop`).length, before, "nobody asks the registry");
  });
}

/** Puts the Pods of the DaemonSet on the node until the command has ended, as the scheduler would. */
async function scheduleUntilEnded(command: Promise<Ended>): Promise<Ended> {
  let ended: Ended | undefined;
  const end = command.then((what) => {
    ended = what;
  });
  const result = await eventually("the command ends", async () => {
    const { items } = (await admin.get("/api/v1/namespaces/team-b/pods")).body;
    for (const { metadata, spec } of items) {
      if (spec.nodeName !== undefined) continue;
      const target = { kind: "Node", name: NODE_NAME };
      await admin.send("POST", `/api/v1/namespaces/team-b/pods/${metadata.name}/binding`, {
        metadata: { name: metadata.name },
        target,
      });
    }
    return ended;
  });
  await end;
  return result;
}

t.test(
  "the whole command: a Secret that is wrong is told, and once it is right the image comes",
  async (t) => {
    await cluster.makeNamespace("team-b");
    // The node has no CNI plugin.
    await addToEveryPod(admin, "team-b", "/spec/hostNetwork", "true");
    const setPassword = async (password: string): Promise<void> => {
      const value = { [registry.host]: { username: "robot", password } };
      const stringData = { ".dockerconfigjson": JSON.stringify({ auths: value }) };
      const secrets = "/api/v1/namespaces/team-b/secrets";
      const { status } = await admin.merge(`${secrets}/harbor-pull`, { stringData });
      if (status === 200) return;
      const type = "kubernetes.io/dockerconfigjson";
      await admin.create(secrets, { metadata: { name: "harbor-pull" }, type, stringData });
    };
    const shop = registry.push("whole/shop", "the shop is open");
    const options = ["--config", configFile, "-n", "team-b", "--pause-image", PAUSE, "--wait", "-o", "json"];
    const KUBECONFIG = join(plane.folder, "admin.kubeconfig");
    const prepull = (): Promise<Ended> =>
      scheduleUntilEnded(pullcred(["prepull", "--images", shop, ...options], "", { KUBECONFIG }));

    await setPassword("wrong");
    const refused = await prepull();
    t.equal(refused.code, 1);
    t.match(JSON.parse(refused.stdout), {
      method: "volumes",
      nodes: 1,
      isLate: false,
      images: [
        {
          image: shop,
          pulled: 0,
          problems: [{ node: NODE_NAME, result: "Failed", reason: /^ErrImagePull|ImagePullBackOff$/ }],
        },
        { image: PAUSE, pulled: 1 },
      ],
    });
    t.match(refused.stdout, /401 Unauthorized/, "in the words of the runtime");
    t.notMatch(refused.stdout, /wrong/);

    await setPassword("one");
    const pulled = await prepull();
    t.same([pulled.code, pulled.stderr], [0, ""]);
    t.match(JSON.parse(pulled.stdout), { images: [{ image: shop, pulled: 1, problems: [] }, { pulled: 1 }] });
    await eventually("nothing is left", async () => {
      const { body } = await admin.get("/apis/apps/v1/namespaces/team-b/daemonsets");
      return body.items.length === 0 || undefined;
    });
  },
);
