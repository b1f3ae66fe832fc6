import t from "tap";
import { CopyResult } from "../../src/core/copy/copy-result.ts";
import { bareNamespace } from "../../src/core/namespace/namespace.ts";
import { PATIENCE_MS } from "../../src/core/repair/stuck-pods.ts";
import type { EvictionAnswer } from "../../src/core/repair/waiting-pods.ts";
import { config } from "../builders/config.ts";
import { EVICTED, HARBOR, repairerWorld, SECOND } from "../builders/repairer-world.ts";
import { type StuckPodParts, stuckPod } from "../builders/stuck-pod.ts";

t.test(
  "a Pod that lacks its pull secret is evicted once the copy stands, and the log says which",
  async (t) => {
    const { see, pass, evictions, results, copies, lines } = repairerWorld(t);
    see();
    await pass(PATIENCE_MS - SECOND);
    t.same([evictions, copies], [[], []]);
    await pass(SECOND);
    t.same(evictions, ["team-a/shop-1 30"]);
    t.same(copies, ["team-a/harbor-pull"]);
    t.same(results, ["Evicted harbor"]);
    t.match(lines, [
      {
        level: 30,
        msg: "pod evicted",
        namespace: "team-a",
        pod: "shop-1",
        owner: "ReplicaSet/shop",
        secrets: ["harbor-pull"],
      },
    ]);
    await pass(3_600_000, 30_000);
    t.equal(evictions.length, 1);
  },
);

t.test("which Pods are left alone", async (t) => {
  const rows: readonly (readonly [string, StuckPodParts])[] = [
    ["one that names its pull secret", { secrets: ["harbor-pull"] }],
    ["one that waits for nothing", { reason: "" }],
    ["one whose image has no mapping", { image: "quay.io/app" }],
    ["one whose namespace is not allowed", { namespace: "forbidden" }],
    ["pullcred's own", { namespace: "pullcred" }],
    ["one that opted out by a label", { metadata: { labels: { "pullcred.dev/inject": "false" } } }],
    [
      "one that opted out by an annotation",
      { metadata: { annotations: { "pullcred.dev/inject": "false" } } },
    ],
    ["a mirror Pod", { metadata: { annotations: { "kubernetes.io/config.mirror": "x" } } }],
    ["one whose namespace is on its way out", { namespace: "ending" }],
    ["one whose namespace opted out", { namespace: "quiet" }],
    ["one whose namespace is not known", { namespace: "unknown" }],
    ["one whose ServiceAccount does not let it", { spec: { serviceAccountName: "strict" } }],
    [
      "one that lacks a pull secret for another image than the one that it waits for",
      {
        spec: {
          containers: [
            { name: "app", image: "quay.io/app" },
            { name: "other", image: "harbor.example.com/other" },
          ],
        },
      },
    ],
  ];
  for (const [what, parts] of rows) {
    const { world, see, pass, listener, evictions } = repairerWorld(t);
    world.mountable = new Set(["other"]);
    world.namespace = (name) => {
      const namespace = bareNamespace(name);
      if (name === "unknown") return undefined;
      if (name === "quiet") return { ...namespace, labels: { "pullcred.dev/inject": "false" } };
      return { ...namespace, terminating: name === "ending" };
    };
    const isWanted = listener().isWanted(stuckPod(parts));
    t.equal(isWanted, what.includes("ServiceAccount"), `${what}: only by asking is it known`);
    see(parts);
    await pass(3_600_000, 30_000);
    t.same(evictions, [], what);
  }
});

t.test("a Pod whose ServiceAccount enforces, and lists the secret, is evicted", async (t) => {
  const { world, see, pass, evictions } = repairerWorld(t);
  world.mountable = new Set(["harbor-pull"]);
  see({ spec: { serviceAccountName: "strict" } });
  await pass(PATIENCE_MS);
  t.equal(evictions.length, 1);
});

t.test("a Pod that gets on, or goes, before its turn is left alone", async (t) => {
  const { see, pass, listener, evictions } = repairerWorld(t);
  see({ name: "a" });
  see({ name: "b" });
  see({ name: "a", reason: "" });
  listener().onGone("team-a/b");
  await pass(3_600_000, 30_000);
  t.same(evictions, []);
});

t.test("without the copy there is no eviction: it is looked at again later", async (t) => {
  for (const result of Object.values(CopyResult)) {
    const { world, see, pass, evictions, results } = repairerWorld(t);
    world.copy = result;
    see();
    await pass(PATIENCE_MS);
    const stands = result === CopyResult.Current || result === CopyResult.Written;
    t.equal(evictions.length, stands ? 1 : 0, result);
    if (stands) continue;
    world.copy = CopyResult.Current;
    await pass(30_000);
    t.same([evictions, results], [["team-a/shop-1 60"], ["Evicted harbor"]], `after ${result}`);
  }
});

t.test("who may not act evicts nothing, also when that ends while the copy is written", async (t) => {
  const { world, see, pass, copies, evictions } = repairerWorld(t);
  world.mayAct = false;
  see();
  await pass(PATIENCE_MS);
  t.same([copies, evictions], [[], []]);
  world.mayAct = true;
  world.onCopy = () => {
    world.mayAct = false;
  };
  await pass(30_000);
  t.same([copies, evictions], [["team-a/harbor-pull"], []]);
});

t.test("the end is the end at once, but for what is on its way", async (t) => {
  const { world, see, pass, repairer, flush, evictions, clock } = repairerWorld(t);
  const answer = Promise.withResolvers<EvictionAnswer>();
  world.answer = () => answer.promise;
  for (const name of ["a", "b"]) see({ name, owner: `ReplicaSet/${name}` });
  await pass(PATIENCE_MS);
  let hasStopped = false;
  const stopped = repairer.stop().then(() => {
    hasStopped = true;
  });
  await flush();
  t.equal(hasStopped, false);
  t.equal(world.follows, 0);
  answer.resolve(EVICTED);
  await stopped;
  await pass(3_600_000, 30_000);
  t.equal(evictions.length, 1);
  t.equal(clock.pending, 0);
});

t.test("with a new configuration all Pods are looked at anew", async (t) => {
  const { world, pass, repairer, listener, evictions } = repairerWorld(t);
  const pod = stuckPod({ image: "new.example.com/app" });
  t.equal(listener().isWanted(pod), false);
  world.config = config([{ name: "new", matchImages: ["new.example.com"] }]);
  repairer.configChanged();
  t.equal(world.follows, 1);
  t.equal(listener().isWanted(pod), true);
  listener().onList([pod]);
  await pass(PATIENCE_MS);
  t.equal(evictions.length, 1);
  repairer.configChanged();
  listener().onList([stuckPod({ name: "other", image: "new.example.com/app", owner: "ReplicaSet/other" })]);
  world.config = config([HARBOR]);
  await pass(PATIENCE_MS);
  t.equal(evictions.length, 1, "by what is in force when its turn comes");
});
