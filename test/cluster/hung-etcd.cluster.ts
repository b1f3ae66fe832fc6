import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { IMAGE, startCluster } from "./lib/cluster.ts";
import { registerWebhook } from "./lib/replica.ts";
import { PULLCRED_USER } from "./lib/rights.ts";

const POD = pod({ images: [IMAGE] });

const cluster = await startCluster(t);
const { plane } = cluster;
await cluster.setPassword("start");
const replica = await cluster.start();
await registerWebhook(plane, replica);
for (const name of ["warm", "cold"]) await cluster.makeNamespace(name);
await cluster.makePod("warm", "shop");

/** For how many seconds each watch says to have heard nothing. */
async function staleness(): Promise<ReadonlyMap<string, number>> {
  const lines = (await replica.metrics()).matchAll(
    /^pullcred_watch_staleness_seconds\{resource="(\w+)"\} (\S+)$/gm,
  );
  return new Map([...lines].map(([, resource = "", seconds]) => [resource, Number(seconds)]));
}

async function isLeading(): Promise<boolean> {
  return /^pullcred_leader 1$/m.test(await replica.metrics());
}

t.test("an etcd that hangs delays no review past its deadline, and what it misses follows", async (t) => {
  await eventually("the namespace is known", async () => {
    const before = plane.audit(PULLCRED_USER).length;
    await replica.review(review(POD, { namespace: "cold", dryRun: true }));
    return plane.audit(PULLCRED_USER).length === before || undefined;
  });
  plane.etcd.signal("SIGSTOP");
  const hung = performance.now();
  const warm = await replica.review(review(POD, { namespace: "warm" }), "2s");
  t.match(warm.response, { allowed: true, patchType: "JSONPatch" }, "what is known is answered as ever");
  t.equal(warm.response.warnings, undefined);
  const cold = await replica.review(review(POD, { namespace: "cold" }), "2s");
  t.match(cold.response, { allowed: true, patchType: "JSONPatch" });
  t.same(cold.response.warnings, [
    "pullcred: Secret harbor-pull is not up to date yet: it is being written in the background",
  ]);
  // Nobody can renew a Lease now, nor take it.
  await eventually("the leader knows that it is none", async () => !(await isLeading()) || undefined);
  plane.etcd.signal("SIGCONT");

  await cluster.passwordArrives("start", ["cold"]);
  await eventually("it leads again", async () => (await isLeading()) || undefined);
  await eventually("the origin can be written", () =>
    cluster.setPassword("after").then(
      () => true as const,
      () => undefined,
    ),
  );
  await cluster.passwordArrives("after", ["warm", "cold"]);
  const again = await replica.review(review(POD, { namespace: "cold" }));
  t.equal(again.response.warnings, undefined);

  // The watch of the Secrets has told of the rotation, and so was heard since etcd hung.
  const ages = await staleness();
  t.ok(ages.size >= 5, "every kind that is watched is told of");
  t.ok([...ages.values()].every((seconds) => seconds >= 0));
  const sinceHung = (performance.now() - hung) / 1_000;
  t.ok((ages.get("secrets") ?? Number.POSITIVE_INFINITY) < sinceHung);
});

t.test("a watch that hears nothing says for how long, and stops saying so when it hears again", async () => {
  plane.apiServer.signal("SIGSTOP");
  const before = await staleness();
  await eventually("every watch grows older", async () => {
    const now = await staleness();
    return [...before].every(([resource, seconds]) => (now.get(resource) ?? 0) > seconds + 1) || undefined;
  });
  plane.apiServer.signal("SIGCONT");
  await plane.ready();
  const resumed = performance.now();
  await cluster.makeNamespace("news");
  await eventually("the namespaces are heard of", async () => {
    const seconds = (await staleness()).get("namespaces") ?? Number.POSITIVE_INFINITY;
    return seconds < (performance.now() - resumed) / 1_000 || undefined;
  });
});
