// Runs of pullcred prepull --wait that meet, beside a real API server and DaemonSet controller.
import t from "tap";
import { type Ended, pullcred } from "../builders/cli.ts";
import { eventually } from "../builders/eventually.ts";
import { startCluster } from "./lib/cluster.ts";
import { fakeNodes, type Pod, RUNNING, waiting } from "./lib/fake-nodes.ts";

const SHOP = "harbor.example.com/shop:1";
const PATH = "/apis/apps/v1/namespaces/team-a/daemonsets";
const cluster = await startCluster(t);
const { admin, configFile } = cluster;
const nodes = fakeNodes(cluster);
const { podsOn, tell, untilEnded, untilGone } = nodes;
for (const pool of ["a", "b"]) await nodes.make(`node-${pool}`, { pool });
await cluster.makeNamespace("team-a");

function prepull(pool: string, ...args: readonly string[]): Promise<Ended> {
  return nodes.prepull(["-n", "team-a", "--images", SHOP, "--node-selector", `pool=${pool}`, ...args]);
}

async function pulled(pod: Pod | undefined): Promise<void> {
  if (pod !== undefined) await tell("team-a", pod, { pause: RUNNING, "image-1": RUNNING });
}

t.test("runs of the same images for other nodes go on side by side", async (t) => {
  const [ofA, ofB] = [prepull("a"), prepull("b")];
  const [onA, onB] = await podsOn("team-a", ["node-a", "node-b"]);
  const done = "1 of 1 images are on all of 1 node\n";
  t.match(await untilEnded(ofA, () => pulled(onA)), { code: 0, stdout: done, stderr: "" });
  t.equal((await admin.get(PATH)).body.items.length, 1, "the other one stands");
  t.match(await untilEnded(ofB, () => pulled(onB)), { code: 0, stdout: done, stderr: "" });
  await untilGone("team-a");
});

t.test("of the same run twice at the same time, one goes on and the other one is refused", async (t) => {
  const runs = [prepull("a"), prepull("a")];
  const refused = await Promise.race(runs);
  t.match(refused, {
    ...{ code: 2, stdout: "" },
    stderr:
      /is of another run, which may need it until 2\S+Z: wait, give another --name, or delete it by kubectl delete daemonset -n team-a pullcred-prepull-[0-9a-f]{10} if/,
  });
  const [pod] = await podsOn("team-a", ["node-a"]);
  const both = Promise.all(runs);
  await untilEnded(
    both.then(([first]) => first as Ended),
    () => pulled(pod),
  );
  t.same((await both).map(({ code }) => code).sort(), [0, 2]);
  await untilGone("team-a");
});

t.test("what a run that is over left is replaced; what else has the name stays", async (t) => {
  const printed = await pullcred([
    ...["prepull", "--config", configFile, "-n", "team-a", "--images", SHOP, "--name", "mine", "-o", "json"],
  ]);
  const byHand = JSON.parse(printed.stdout);
  const annotations = { "pullcred.dev/prepull-run": "x", "pullcred.dev/prepull-end": "2001-01-01T00:00:00Z" };
  const { body: left } = await admin.create(PATH, {
    ...byHand,
    metadata: { ...byHand.metadata, annotations },
  });
  const [old] = await podsOn("team-a", ["node-a"]);
  await pulled(old);
  const ended = prepull("a", "--name", "mine");
  await eventually("another one has the name", async () => {
    const { status, body } = await admin.get(`${PATH}/mine`);
    return (status === 200 && body.metadata.uid !== left.metadata.uid) || undefined;
  });
  const { code } = await untilEnded(ended, async () => {
    const pods: readonly Pod[] = (await admin.get("/api/v1/namespaces/team-a/pods")).body.items;
    for (const pod of pods.filter(({ metadata }) => metadata.name !== old?.metadata.name)) {
      await tell("team-a", pod, { pause: RUNNING, "image-1": waiting("InvalidImageName") });
    }
  });
  t.equal(code, 1, "the Pods of the one before tell nothing");
  await untilGone("team-a");

  for (const [metadata, problem] of [
    [byHand.metadata, /was not made by --wait, which would delete it: give another --name, or delete it/],
    [{ name: "mine" }, /is none of pullcred prepull: give another --name/],
  ]) {
    await admin.create(PATH, { ...byHand, metadata });
    t.match(await prepull("a", "--name", "mine"), { code: 2, stdout: "", stderr: problem });
    t.equal((await admin.get(`${PATH}/mine`)).status, 200);
    await admin.delete(`${PATH}/mine`);
    await untilGone("team-a");
  }
});
