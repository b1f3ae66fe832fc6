// What a DaemonSet of pullcred prepull does on a real node, and what kubelet tells of it: its Pod, without a controller.
import t from "tap";
import { createPullLedger, type PullLedger } from "../../src/core/prepull/pull-ledger.ts";
import { pullcred } from "../builders/cli.ts";
import { eventually } from "../builders/eventually.ts";
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
