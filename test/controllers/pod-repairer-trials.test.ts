import t from "tap";
import { PATIENCE_MS } from "../../src/core/repair/stuck-pods.ts";
import type { EvictionAnswer } from "../../src/core/repair/waiting-pods.ts";
import { config } from "../builders/config.ts";
import { DEBUG, EVICTED, HARBOR, repairerWorld, SECOND } from "../builders/repairer-world.ts";
import { stuckPod } from "../builders/stuck-pod.ts";

t.test("of an owner with many Pods the next one goes when the one before was replaced rightly", async (t) => {
  const { see, make, pass, flush, evictions, results } = repairerWorld(t);
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
  const { world, see, make, pass, evictions, results } = repairerWorld(t);
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
  const { see, make, listener, pass, clock, evictions, results, lines } = repairerWorld(t);
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
    ["no", async () => ({ kind: "refused", error: new Error("403") }), ["Failed harbor"], 60, 40],
    ["nothing that tells", async () => Promise.reject(new Error("500")), ["Failed harbor"], 630, 40],
  ];
  for (const [what, answer, expected, again, level] of rows) {
    const { world, see, pass, evictions, results, lines } = repairerWorld(t);
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

t.test("what comes in the place of a Pod is judged by what that one was evicted for", async (t) => {
  const containers = [
    { name: "app", image: "harbor.example.com/app:1" },
    { name: "debug", image: "debug.example.com/debug:1" },
  ];
  const strict = { serviceAccountName: "strict", containers };
  const named = { ...strict, imagePullSecrets: [{ name: "harbor-pull" }] };
  const late = { name: "late", matchImages: ["harbor.example.com"], secretName: "late-pull" };
  const rows = [
    ["its ServiceAccount forbids another one", named, [HARBOR, DEBUG], []],
    ["a mapping came meanwhile", named, [HARBOR, DEBUG, late], []],
    ["its mapping went meanwhile", strict, [DEBUG, late], []],
    ["it lacks the same", strict, [HARBOR, DEBUG], ["Futile harbor"]],
  ] as const;
  for (const [what, spec, registries, expected] of rows) {
    const { world, see, make, pass, results } = repairerWorld(t);
    world.mountable = new Set(["harbor-pull"]);
    see({ spec: strict });
    await pass(PATIENCE_MS);
    world.config = config([...registries]);
    make({ name: "next", spec });
    t.same(results, ["Evicted harbor", ...expected], what);
  }
});

t.test("a Job loses a Pod only where it has enough attempts left", async (t) => {
  const { world, see, make, pass, evictions, results, lines } = repairerWorld(t);
  const owner = "Job/once";
  const job = (backoffLimit: number, failed: number) => async () => ({
    metadata: { uid: `team-a/${owner}` },
    spec: { backoffLimit },
    status: { failed },
  });
  world.job = job(2, 0);
  for (const name of ["a", "b"]) see({ name, owner });
  await pass(PATIENCE_MS);
  t.same(evictions, ["team-a/a 30"]);
  make({ name: "c", owner, secrets: ["harbor-pull"] });
  world.job = job(2, 1);
  see({ name: "shop-1", owner: "ReplicaSet/shop" });
  await pass(60_000);
  t.same(evictions.slice(1), ["team-a/shop-1 60"], "others go on");
  t.same(results.slice(0, 2), ["Evicted harbor", "Spared harbor"]);
  t.match(lines[1], {
    level: 20,
    msg: "the job of a pod has too few attempts left: looking again later",
    namespace: "team-a",
    pod: "b",
    owner,
    secrets: ["harbor-pull"],
  });
  world.job = job(6, 1);
  await pass(60_000);
  t.equal(evictions.length, 2, "nobody asks for long");
  see({ name: "b", owner });
  await pass(PATIENCE_MS);
  t.same(evictions.slice(2), ["team-a/b 180"], "each time it is asked anew");
});

t.test(
  "a Job that may lose none is read once for all its Pods, and is not listed while it is spared",
  async (t) => {
    const { world, see, pass, listener, evictions, results } = repairerWorld(t);
    const owner = "Job/once";
    let readings = 0;
    world.job = async () => {
      readings += 1;
      return { metadata: { uid: `team-a/${owner}` }, spec: { backoffLimit: 0 } };
    };
    for (const name of ["a", "b", "c"]) see({ name, owner });
    await pass(PATIENCE_MS);
    t.same([readings, results], [1, ["Spared harbor"]]);
    t.equal(listener().isWanted(stuckPod({ name: "b", owner })), false);
    t.equal(listener().isWanted(stuckPod()), true);
    await pass(30_000);
    t.equal(listener().isWanted(stuckPod({ name: "b", owner })), true);
    for (const name of ["a", "b", "c"]) see({ name, owner });
    await pass(PATIENCE_MS);
    t.same([readings, evictions], [2, []]);
  },
);

t.test("without an answer about the Job none of its Pods goes", async (t) => {
  const { world, see, pass, evictions, results, lines } = repairerWorld(t);
  world.job = async () => Promise.reject(new Error("could not GET: 403"));
  see({ owner: "Job/once" });
  await pass(PATIENCE_MS);
  t.same([evictions, results], [[], []]);
  t.match(lines, [{ level: 40, msg: "could not repair a pod", owner: "Job/once" }]);
});

t.test("who may not act any more when the Job was read evicts nothing", async (t) => {
  const { world, see, pass, evictions } = repairerWorld(t);
  const owner = "Job/once";
  world.job = async () => {
    world.mayAct = false;
    return { metadata: { uid: `team-a/${owner}` }, spec: {} };
  };
  see({ owner });
  await pass(PATIENCE_MS);
  t.same(evictions, []);
  world.mayAct = true;
  world.job = async () => ({ metadata: { uid: `team-a/${owner}` }, spec: {} });
  await pass(30_000);
  t.same(evictions, ["team-a/shop-1 60"]);
});
