import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { readPassword, startCluster } from "./lib/cluster.ts";
import { followCopies } from "./lib/copy-history.ts";
import { startProxy } from "./lib/proxy.ts";
import { type Replica, registerWebhook } from "./lib/replica.ts";
import { PULLCRED_USER } from "./lib/rights.ts";

const FLOW_CONTROL = "/apis/flowcontrol.apiserver.k8s.io/v1";
const NAMESPACES = Array.from({ length: 60 }, (_, index) => `team-${index}`);
const POD = pod({ images: ["harbor.example.com/app:1"] });

const cluster = await startCluster(t);
const { admin, plane } = cluster;
await cluster.setPassword("start");
const proxy = await startProxy(plane.port);
t.teardown(proxy.stop);
const first = await cluster.start(proxy.port);
await registerWebhook(plane, first);
await Promise.all(
  NAMESPACES.map(async (name) => {
    await cluster.makeNamespace(name);
    await cluster.makePod(name, "shop");
  }),
);

async function isLeading(replica: Replica): Promise<boolean> {
  return /^pullcred_leader 1$/m.test(await replica.metrics());
}

/** Makes a namespace without a copy, of which the replica knows. */
async function makeKnownNamespace(name: string, replica: Replica): Promise<void> {
  await cluster.makeNamespace(name);
  await eventually(`${name} is known`, async () => {
    await replica.review(review(POD, { namespace: name, dryRun: true }));
    const before = plane.audit(PULLCRED_USER).length;
    await replica.review(review(POD, { namespace: name, dryRun: true }));
    return plane.audit(PULLCRED_USER).length === before || undefined;
  });
}

/** Has the API server refuse with 429 what pullcred asks while another request of pullcred is being answered. */
async function throttle(): Promise<void> {
  const limited = {
    nominalConcurrencyShares: 0,
    lendablePercent: 0,
    borrowingLimitPercent: 0,
    limitResponse: { type: "Reject" },
  };
  await admin.create(`${FLOW_CONTROL}/prioritylevelconfigurations`, {
    metadata: { name: "one-at-a-time" },
    spec: { type: "Limited", limited },
  });
  const rule = {
    subjects: [{ kind: "ServiceAccount", serviceAccount: { name: "pullcred", namespace: "pullcred" } }],
    resourceRules: [
      { verbs: ["*"], apiGroups: ["*"], resources: ["*"], namespaces: ["*"], clusterScope: true },
    ],
  };
  const spec = {
    priorityLevelConfiguration: { name: "one-at-a-time" },
    matchingPrecedence: 2,
    rules: [rule],
  };
  await admin.create(`${FLOW_CONTROL}/flowschemas`, { metadata: { name: "pullcred" }, spec });
  await eventually("the API server follows the rule", async () => {
    const { status } = (await admin.get(`${FLOW_CONTROL}/flowschemas/pullcred`)).body;
    return status.conditions?.some(({ reason }: { reason: string }) => reason === "Found") || undefined;
  });
}

t.test("an overloaded API server that refuses delays no review, and what it refused follows", async (t) => {
  await makeKnownNamespace("crowded", first);
  await throttle();
  await cluster.setPassword("throttled");
  const { response } = await first.review(review(POD, { namespace: "crowded" }));
  t.match(response, { allowed: true, patchType: "JSONPatch" });
  await cluster.passwordArrives("throttled", [...NAMESPACES, "crowded"]);
  const refused = plane.audit(PULLCRED_USER).filter(({ code }) => code === 429);
  t.ok(refused.length > 0);
  t.comment(`requests refused with 429: ${refused.length}`);
  await admin.delete(`${FLOW_CONTROL}/flowschemas/pullcred`);
});

t.test("a leader that is cut off answers reviews, ceases to lead, and follows", async (t) => {
  const second = await cluster.start();
  t.ok(await isLeading(first));
  t.notOk(await isLeading(second));
  await makeKnownNamespace("cut-off", first);
  await makeKnownNamespace("warm", first);
  await first.review(review(POD, { namespace: "warm" }));
  proxy.hold();

  const warm = await first.review(review(POD, { namespace: "warm" }), "2s");
  t.match(warm.response, { allowed: true, patchType: "JSONPatch" });
  t.equal(warm.response.warnings, undefined, "what is known is answered as ever");
  const cold = await first.review(review(POD, { namespace: "cut-off" }), "2s");
  t.match(cold.response, { allowed: true, patchType: "JSONPatch" });
  t.match(cold.response.warnings, [/harbor-pull is not up to date yet/]);

  await eventually("the leader knows that it is none", async () => !(await isLeading(first)) || undefined);
  t.notOk(await isLeading(second), "the other one has not led before that");
  await eventually("the other one leads", async () => (await isLeading(second)) || undefined);
  await cluster.setPassword("beyond");
  await cluster.passwordArrives("beyond", NAMESPACES);

  proxy.release();
  await cluster.passwordArrives("beyond", ["cut-off"]);
  t.notOk(await isLeading(first));
  await cluster.setPassword("united");
  await cluster.passwordArrives("united", NAMESPACES);
  t.equal(await second.stop(), 0);
  await eventually("the first leads again", async () => (await isLeading(first)) || undefined);
});

t.test("whoever is killed in the middle of a rotation, the next one ends it", async (t) => {
  const second = await cluster.start();
  const history = await followCopies(plane, "harbor-pull");
  const follow = (): number =>
    history.versions().filter(({ data }) => readPassword(data) === "halfway").length;
  await cluster.setPassword("halfway");
  await eventually("the rotation has begun", () => follow() > 0 || undefined);
  await first.stop("SIGKILL");
  t.comment(`copies that were written before the kill: ${follow()}`);
  history.stop();
  await cluster.passwordArrives("halfway", [...NAMESPACES, "crowded", "cut-off", "warm"]);
  t.ok(await isLeading(second));
});
