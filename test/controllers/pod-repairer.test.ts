import t, { type Test } from "tap";
import { startPodRepairer } from "../../src/controllers/pod-repairer.ts";
import type { CompiledConfig } from "../../src/core/config/compile.ts";
import { CopyResult } from "../../src/core/copy/copy-result.ts";
import { bareNamespace, type Namespace } from "../../src/core/namespace/namespace.ts";
import { PATIENCE_MS } from "../../src/core/repair/stuck-pods.ts";
import type { EvictionAnswer, WaitingPodsListener } from "../../src/core/repair/waiting-pods.ts";
import type { MountableSecrets } from "../../src/core/service-account/mountable-secrets.ts";
import { config } from "../builders/config.ts";
import { fakeClock } from "../builders/fake-clock.ts";
import { logRecorder } from "../builders/log-recorder.ts";
import { type StuckPodParts, stuckPod } from "../builders/stuck-pod.ts";

const HARBOR = {
  name: "harbor",
  matchImages: ["harbor.example.com"],
  secretName: "harbor-pull",
  namespaces: { exclude: ["forbidden"] },
};
const DEBUG = { name: "debug", matchImages: ["debug.example.com"], secretName: "debug-pull" };
const EVICTED: EvictionAnswer = { kind: "evicted" };
const SECOND = 1_000;

/** A repairer in a world that a test changes as it goes. */
function setUp(t: Test) {
  const clock = fakeClock();
  const { log, lines } = logRecorder();
  const evictions: string[] = [];
  const results: string[] = [];
  const copies: string[] = [];
  const listeners: WaitingPodsListener[] = [];
  const world = {
    config: config([HARBOR, DEBUG]) as CompiledConfig,
    mayAct: true,
    follows: 0,
    answer: async (): Promise<EvictionAnswer> => EVICTED,
    copy: CopyResult.Current as CopyResult,
    onCopy: (): void => undefined,
    mountable: "any" as MountableSecrets,
    namespace: (name: string): Namespace | undefined => bareNamespace(name),
  };
  const repairer = startPodRepairer({
    pods: {
      follow(next) {
        listeners.push(next);
        world.follows += 1;
        return () => {
          world.follows -= 1;
        };
      },
      evict(pod) {
        evictions.push(`${pod.namespace}/${pod.name} ${clock.now() / SECOND}`);
        return world.answer();
      },
    },
    namespaces: { peek: (name) => world.namespace(name) },
    serviceAccounts: {
      peek: (_, name) => (name === "strict" ? undefined : "any"),
      get: async () => world.mountable,
    },
    copies: {
      async ensure(mapping, namespace, dryRun) {
        copies.push(`${namespace.name}/${mapping.secretName}${dryRun ? " dry" : ""}`);
        world.onCopy();
        return { result: world.copy };
      },
    },
    config: () => world.config,
    ownNamespace: "pullcred",
    mayAct: () => world.mayAct,
    observe: (result, registry) => results.push(`${result} ${registry}`),
    clock,
    log,
  });
  t.teardown(repairer.stop);
  const listener = (): WaitingPodsListener => {
    const last = listeners.at(-1);
    if (last === undefined) throw new Error("nobody follows");
    return last;
  };
  async function flush(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  }
  return {
    ...{ clock, lines, evictions, results, copies, world, repairer, listener, flush },
    see: (parts: StuckPodParts = {}) => listener().onChange(stuckPod(parts), false),
    make: (parts: StuckPodParts = {}) => listener().onChange(stuckPod({ reason: "", ...parts }), true),
    /** Step by step, so that what is waited for comes in between. */
    async pass(ms: number, step = SECOND): Promise<void> {
      for (let passed = 0; passed < ms; passed += step) {
        clock.advance(step);
        await flush();
      }
    },
  };
}

t.test(
  "a Pod that lacks its pull secret is evicted once the copy stands, and the log says which",
  async (t) => {
    const { see, pass, evictions, results, copies, lines } = setUp(t);
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
    const { world, see, pass, listener, evictions } = setUp(t);
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
  const { world, see, pass, evictions } = setUp(t);
  world.mountable = new Set(["harbor-pull"]);
  see({ spec: { serviceAccountName: "strict" } });
  await pass(PATIENCE_MS);
  t.equal(evictions.length, 1);
});

t.test("a Pod that gets on, or goes, before its turn is left alone", async (t) => {
  const { see, pass, listener, evictions } = setUp(t);
  see({ name: "a" });
  see({ name: "b" });
  see({ name: "a", reason: "" });
  listener().onGone("team-a/b");
  await pass(3_600_000, 30_000);
  t.same(evictions, []);
});

t.test("without the copy there is no eviction: it is looked at again later", async (t) => {
  for (const result of Object.values(CopyResult)) {
    const { world, see, pass, evictions, results } = setUp(t);
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

t.test("of an owner with many Pods the next one goes when the one before was replaced rightly", async (t) => {
  const { see, make, pass, flush, evictions, results } = setUp(t);
  for (const name of ["a", "b", "c"]) see({ name });
  await pass(PATIENCE_MS + 5_000);
  t.same(evictions, ["team-a/a 30"]);
  see({ name: "other", secrets: ["harbor-pull"] });
  await pass(5_000);
  t.equal(evictions.length, 1, "an older Pod of it tells nothing");
  make({ name: "d", secrets: ["harbor-pull"] });
  await flush();
  await pass(5_000);
  t.same(evictions, ["team-a/a 30", "team-a/b 40"]);
  t.same(results, ["Evicted harbor", "Evicted harbor"]);
});

t.test("a Pod that comes before the answer to the eviction does counts as well", async (t) => {
  const { world, see, make, pass, evictions, results } = setUp(t);
  world.answer = async () => {
    make({ name: `next-${evictions.length}`, secrets: evictions.length === 1 ? ["harbor-pull"] : [] });
    return EVICTED;
  };
  for (const name of ["a", "b", "c"]) see({ name });
  await pass(PATIENCE_MS + 60_000);
  t.same(evictions, ["team-a/a 30", "team-a/b 31"]);
  t.same(results, ["Evicted harbor", "Futile harbor", "Evicted harbor"]);
});

t.test("while the webhook is not called, an owner loses a Pod now and then, and it is told", async (t) => {
  const { see, make, listener, pass, clock, evictions, results, lines } = setUp(t);
  let made = 0;
  see({ name: "shop-0" });
  const end = 24 * 60 * 60 * SECOND;
  while (clock.now() < end) {
    const before = evictions.length;
    await pass(30_000, 30_000);
    if (evictions.length === before) continue;
    listener().onGone(`team-a/shop-${made}`);
    made += 1;
    make({ name: `shop-${made}` });
    see({ name: `shop-${made}` });
  }
  const times = evictions.map((line) => Number(line.split(" ")[1]));
  t.ok(times.length < 30, `${times.length} in a day`);
  t.ok(times.filter((time) => time < 3_600).length <= 3, "and three in the first hour");
  t.equal(results.filter((result) => result === "Futile harbor").length, made);
  const [warning] = lines.filter(({ level }) => level === 40);
  t.match(warning, {
    msg: /lacks its pull secrets, too: is the webhook called for it/,
    namespace: "team-a",
    pod: "shop-1",
    owner: "ReplicaSet/shop",
    secrets: ["harbor-pull"],
  });
});

t.test("what the API server says to an eviction", async (t) => {
  const rows: readonly (readonly [
    string,
    () => Promise<EvictionAnswer>,
    readonly string[],
    number | undefined,
    number | undefined,
  ])[] = [
    ["it is gone", async () => ({ kind: "gone" }), [], undefined, undefined],
    ["it is not as it was", async () => ({ kind: "changed" }), [], 60, undefined],
    ["not now", async () => ({ kind: "blocked", retryAfter: 0 }), ["Blocked harbor"], 60, undefined],
    [
      "not for a while",
      async () => ({ kind: "blocked", retryAfter: 90_000 }),
      ["Blocked harbor"],
      120,
      undefined,
    ],
    ["no", async () => Promise.reject(new Error("could not POST: 403")), ["Failed harbor"], 630, 40],
  ];
  for (const [what, answer, expected, again, level] of rows) {
    const { world, see, pass, evictions, results, lines } = setUp(t);
    world.answer = answer;
    see();
    await pass(PATIENCE_MS);
    t.same(results, expected, what);
    t.same(
      lines.filter((line) => Number(line.level) > 20).map((line) => line.level),
      level ? [level] : [],
      what,
    );
    world.answer = async () => EVICTED;
    await pass(720_000);
    t.same(evictions.slice(1), again === undefined ? [] : [`team-a/shop-1 ${again}`], what);
  }
});

t.test("who may not act evicts nothing, also when that ends while the copy is written", async (t) => {
  const { world, see, pass, copies, evictions } = setUp(t);
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
  const { world, see, pass, repairer, flush, evictions, clock } = setUp(t);
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
  const { world, pass, repairer, listener, evictions } = setUp(t);
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
