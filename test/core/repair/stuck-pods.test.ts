import t from "tap";
import type { OwnedPod } from "../../../src/core/repair/owned-pod.ts";
import { createOwnerTrials } from "../../../src/core/repair/owner-trials.ts";
import {
  createStuckPods,
  MOST_SPARED,
  MOST_STUCK,
  PATIENCE_MS,
  type StuckPods,
} from "../../../src/core/repair/stuck-pods.ts";
import { stuckPod } from "../../builders/stuck-pod.ts";

const SECOND = 1_000;
const NEVER = Number.POSITIVE_INFINITY;

/** The names of the Pods in their order, each evicted when its turn comes, with replacements that are right. */
function order(
  stuck: StuckPods,
  trials: ReturnType<typeof createOwnerTrials>,
  from: number,
): readonly string[] {
  const names: string[] = [];
  for (let now = from; ; ) {
    const turn = stuck.turn(now);
    if (turn.kind === "later") {
      if (turn.at === NEVER) return names;
      now = turn.at;
      continue;
    }
    names.push(`${turn.pod.namespace}/${turn.pod.name} ${(now - from) / SECOND}`);
    trials.evicting(turn.pod.owner, [], now);
    stuck.went(turn.pod, now);
    trials.replaced(turn.pod.owner, false, now);
  }
}

t.test("a Pod's turn comes when it was stuck for a while, however often kubelet tells of it", async (t) => {
  const stuck = createStuckPods(createOwnerTrials());
  t.same(stuck.turn(0), { kind: "later", at: NEVER });
  stuck.add(stuckPod(), 0);
  stuck.add(stuckPod({ reason: "ErrImagePull" }), 20 * SECOND);
  t.same(stuck.turn(20 * SECOND), { kind: "later", at: PATIENCE_MS });
  const turn = stuck.turn(PATIENCE_MS);
  t.match(turn, { kind: "now", pod: { name: "shop-1" } });
});

t.test("a Pod that got on, or went, has no turn", async (t) => {
  const stuck = createStuckPods(createOwnerTrials());
  stuck.add(stuckPod({ name: "a" }), 0);
  stuck.add(stuckPod({ name: "b" }), 0);
  stuck.remove("team-a/a");
  stuck.replace([stuckPod({ name: "c" })], SECOND);
  t.same(stuck.turn(PATIENCE_MS), { kind: "later", at: SECOND + PATIENCE_MS });
  stuck.replace([stuckPod({ name: "c" })], 5 * SECOND);
  t.match(
    stuck.turn(SECOND + PATIENCE_MS),
    { kind: "now", pod: { name: "c" } },
    "it waits for as long as before",
  );
});

t.test("one a second goes, and a namespace with many keeps no other one waiting", async (t) => {
  const trials = createOwnerTrials();
  const stuck = createStuckPods(trials);
  for (const name of ["a", "b", "c"]) stuck.add(stuckPod({ namespace: "crowd", name }), 0);
  stuck.add(stuckPod({ namespace: "small", name: "x" }), SECOND);
  stuck.add(stuckPod({ namespace: "tiny", name: "y" }), SECOND);
  t.same(order(stuck, trials, SECOND + PATIENCE_MS), [
    "crowd/a 0",
    "small/x 1",
    "tiny/y 2",
    "crowd/b 3",
    "crowd/c 4",
  ]);
});

t.test("the next Pod of an owner waits for what comes of the one before", async (t) => {
  const trials = createOwnerTrials();
  const stuck = createStuckPods(trials);
  const [first, second] = [stuckPod({ name: "a" }), stuckPod({ name: "b" })];
  stuck.add(first, 0);
  stuck.add(second, 0);
  trials.evicting(first.owner, [], PATIENCE_MS);
  stuck.went(first, PATIENCE_MS);
  t.same(stuck.turn(PATIENCE_MS + SECOND), { kind: "later", at: PATIENCE_MS + 600 * SECOND });
  trials.replaced(first.owner, false, PATIENCE_MS + SECOND);
  t.match(stuck.turn(PATIENCE_MS + SECOND), { kind: "now", pod: { name: "b" } });
});

t.test("the pace is everybody's, also where an attempt came to nothing", async (t) => {
  const trials = createOwnerTrials();
  const stuck = createStuckPods(trials);
  const shop = stuckPod();
  stuck.add(shop, 0);
  stuck.add(stuckPod({ name: "blog-1", owner: "ReplicaSet/blog" }), 0);
  stuck.putOff(shop, PATIENCE_MS, 0);
  t.same(stuck.turn(PATIENCE_MS), { kind: "later", at: PATIENCE_MS + SECOND });
  trials.evicting(shop.owner, [], PATIENCE_MS);
  trials.replaced(shop.owner, true, PATIENCE_MS);
  t.same(stuck.turn(PATIENCE_MS), { kind: "later", at: PATIENCE_MS + 2 * SECOND });
});

t.test("a Job is spared with all its Pods, and keeps no other one waiting", async (t) => {
  const stuck = createStuckPods(createOwnerTrials());
  const [pod, sibling] = ["a", "b"].map((name) => stuckPod({ name, owner: "Job/once" })) as [
    OwnedPod,
    OwnedPod,
  ];
  for (const one of [pod, sibling, stuckPod()]) stuck.add(one, 0);
  stuck.spare(pod, PATIENCE_MS);
  t.match(stuck.turn(PATIENCE_MS), { kind: "now", pod: { name: "shop-1" } });
  stuck.remove("team-a/shop-1");
  t.same(stuck.turn(PATIENCE_MS), { kind: "later", at: NEVER });
  const end = PATIENCE_MS + 30 * SECOND;
  stuck.add(sibling, end - 1);
  stuck.replace([pod], end - 1);
  t.same(stuck.turn(end - 1), { kind: "later", at: NEVER });
  t.same([stuck.isSpared(sibling, end - 1), stuck.isSpared(sibling, end)], [true, false]);
  stuck.add(sibling, end);
  t.same(stuck.turn(end), { kind: "later", at: end + PATIENCE_MS }, "kubelet's next try tells of it again");
});

t.test("a Job is asked about later each time, until it loses a Pod", async (t) => {
  const stuck = createStuckPods(createOwnerTrials());
  const pod = stuckPod({ owner: "Job/once" });
  const waits: number[] = [];
  for (let now = 0; waits.length < 8; now += SECOND) {
    stuck.add(pod, now);
    if (stuck.turn(now).kind !== "now") continue;
    if (waits.length === 6) stuck.went(pod, now);
    stuck.spare(pod, now);
    let wait = SECOND;
    while (stuck.isSpared(pod, now + wait)) wait += SECOND;
    waits.push(wait / SECOND);
  }
  t.same(waits, [30, 60, 120, 240, 480, 600, 30, 60]);
});

t.test("of very many Jobs the one that was spared the longest time ago is asked about again", async (t) => {
  const stuck = createStuckPods(createOwnerTrials());
  const [first, second] = ["first", "second"].map((name) => stuckPod({ owner: `Job/${name}` })) as [
    OwnedPod,
    OwnedPod,
  ];
  for (const pod of [first, second, first]) stuck.spare(pod, 0);
  for (let index = 0; index < MOST_SPARED - 1; index++) stuck.spare(stuckPod({ owner: `Job/${index}` }), 0);
  t.same([stuck.isSpared(first, 1), stuck.isSpared(second, 1)], [true, false]);
});

t.test(
  "Jobs with more Pods than are kept are asked about once for all, and keep no other one out",
  async (t) => {
    const stuck = createStuckPods(createOwnerTrials());
    const web = stuckPod({ namespace: "prod", name: "web" });
    const crowd = Array.from({ length: MOST_STUCK }, (_, index) =>
      stuckPod({ namespace: "batch", name: `pod-${index}`, owner: `Job/${index % 2}` }),
    );
    let asked = 0;
    let goneAt: number | undefined;
    for (let now = 0; now < 7_200 * SECOND; now += 30 * SECOND) {
      if (now % (300 * SECOND) === 0)
        for (const pod of goneAt === undefined ? [...crowd, web] : crowd) stuck.add(pod, now);
      for (let turn = stuck.turn(now); turn.kind === "now"; turn = stuck.turn(now)) {
        if (turn.pod.uid === web.uid) {
          stuck.went(turn.pod, now);
          goneAt = now / SECOND;
        } else {
          stuck.spare(turn.pod, now);
          asked += 1;
        }
      }
    }
    t.equal(goneAt, 330, "at kubelet's next try");
    t.ok(asked <= 2 * 24, `${asked} times in two hours`);
  },
);

t.test("a Pod that did not go is asked for later each time, and not sooner than asked", async (t) => {
  const stuck = createStuckPods(createOwnerTrials());
  const pod = stuckPod();
  stuck.add(pod, 0);
  const waits: number[] = [];
  let now = PATIENCE_MS;
  for (const asked of [0, 0, 300, 0, 0, 0, 0]) {
    stuck.putOff(pod, now, asked * SECOND);
    stuck.add(pod, now + 1);
    const turn = stuck.turn(now + 1);
    const at = turn.kind === "later" ? turn.at : now;
    waits.push((at - now) / SECOND);
    now = at;
  }
  t.same(waits, [30, 60, 300, 240, 480, 600, 600]);
  stuck.remove(pod.uid);
  stuck.putOff(pod, now, 0);
  t.same(stuck.turn(now), { kind: "later", at: NEVER }, "one that went meanwhile does not come back");
});

t.test("as many as a cluster may have are not kept", async (t) => {
  const stuck = createStuckPods(createOwnerTrials());
  for (let index = 0; index <= MOST_STUCK; index++) stuck.add(stuckPod({ name: `pod-${index}` }), index);
  for (let index = 0; index < MOST_STUCK; index++) stuck.remove(`team-a/pod-${index}`);
  t.same(stuck.turn(0), { kind: "later", at: NEVER }, "the last one found no place");
  stuck.add(stuckPod({ name: `pod-${MOST_STUCK}` }), 0);
  t.same(stuck.turn(0), { kind: "later", at: PATIENCE_MS }, "until there is one");
});

t.test(
  "where no place is left, a Pod of a Job that was spared gives way to an owner that was not",
  async (t) => {
    const trials = createOwnerTrials();
    const [once, again] = [
      stuckPod({ name: "once", owner: "Job/once" }),
      stuckPod({ name: "again", owner: "Job/again" }),
    ];
    const [web, late] = [stuckPod({ name: "web", owner: "ReplicaSet/web" }), stuckPod({ name: "late" })];
    const others = Array.from({ length: MOST_STUCK - 1 }, (_, index) => stuckPod({ name: `pod-${index}` }));
    const now = 30 * SECOND;
    for (const [newcomers, expected] of [
      [[again], "team-a/once 30"],
      [[web, late], "team-a/web 30"],
    ] as const) {
      const stuck = createStuckPods(trials);
      for (const pod of [once, again]) stuck.spare(pod, 0);
      for (const pod of [once, ...others, ...newcomers]) stuck.add(pod, now);
      for (const { uid } of others) stuck.remove(uid);
      t.same(order(stuck, trials, now), [expected]);
    }
  },
);
