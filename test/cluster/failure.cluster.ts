import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { createAdminClient } from "./lib/admin-client.ts";
import { IMAGE, secretPath, startCluster } from "./lib/cluster.ts";
import { type Replica, registerWebhook, renewToken } from "./lib/replica.ts";

const LEASE = "/apis/coordination.k8s.io/v1/namespaces/pullcred/leases/pullcred";

const cluster = await startCluster(t);
const { admin, plane } = cluster;
await cluster.setPassword("start");
const first = await cluster.start();
await registerWebhook(plane, first);
for (const name of ["team-a", "team-b"]) {
  await cluster.makeNamespace(name);
  await cluster.makePod(name, "shop");
}

async function isLeading(replica: Replica): Promise<true | undefined> {
  return /^pullcred_leader 1$/m.test(await replica.metrics()) || undefined;
}

t.test("the API server is started anew", async (t) => {
  await plane.apiServer.stop();
  const { response } = await first.review(review(pod({ images: [IMAGE] }), { namespace: "team-a" }));
  t.match(response, { allowed: true, patchType: "JSONPatch" }, "what is known is answered meanwhile");
  t.equal(response.warnings, undefined);
  plane.apiServer.start();
  await plane.ready();
  await cluster.setPassword("after-api-server");
  await cluster.passwordArrives("after-api-server", ["team-a", "team-b"]);
});

t.test("etcd is started anew", async () => {
  await plane.etcd.stop();
  plane.etcd.start();
  await plane.ready();
  await eventually("the origin can be written", async () => {
    return cluster.setPassword("after-etcd").then(
      () => true as const,
      () => undefined,
    );
  });
  await cluster.passwordArrives("after-etcd", ["team-a", "team-b"]);
});

t.test(
  "an API server that hangs delays no review past its deadline, and what it misses follows",
  async (t) => {
    await cluster.makeNamespace("slow");
    await eventually("the namespace is known", async () => {
      const dryRun = { namespace: "slow", dryRun: true };
      const { response } = await first.review(review(pod({ images: [IMAGE] }), dryRun));
      return response.warnings === undefined || undefined;
    });
    plane.apiServer.signal("SIGSTOP");
    const { response } = await first.review(review(pod({ images: [IMAGE] }), { namespace: "slow" }), "2s");
    plane.apiServer.signal("SIGCONT");
    t.match(response, { allowed: true, patchType: "JSONPatch" });
    t.same(response.warnings, [
      "pullcred: Secret harbor-pull is not up to date yet: it is being written in the background",
    ]);
    await cluster.passwordArrives("after-etcd", ["slow"]);
  },
);

t.test("a token that was revoked is read anew from the disk", async (t) => {
  const path = "/api/v1/namespaces/pullcred/secrets";
  const { body: binding } = await admin.create(path, { metadata: { name: "binding" } });
  const { name, uid } = binding.metadata;
  const token = await renewToken(plane, { apiVersion: "v1", kind: "Secret", name, uid });
  const client = createAdminClient(plane.port, token);
  // This one knows no other token. While the first leads, it writes what its own reviews need.
  const second = await cluster.start();
  await admin.delete(`${path}/binding`);
  await eventually("the API server refuses the token", async () => {
    const { status } = await client.get("/api/v1/namespaces/team-a");
    return status === 401 || undefined;
  });
  client.close();
  await cluster.makeNamespace("revoked");
  const { response } = await second.review(review(pod({ images: [IMAGE] }), { namespace: "revoked" }));
  t.match(response, { allowed: true, patchType: "JSONPatch" });
  t.match(response.warnings, [/harbor-pull could not be written/]);
  await renewToken(plane);
  await cluster.setPassword("after-token");
  await cluster.passwordArrives("after-token", ["team-a", "team-b"]);
  await eventually("the second can write", async () => {
    await second.review(review(pod({ images: [IMAGE] }), { namespace: "revoked" }));
    return (await cluster.passwordIn("revoked")) === "after-token" || undefined;
  });
  await second.stop();
});

t.test("a second replica follows, and leads when the first is asked to end", async (t) => {
  await eventually("the first leads", () => isLeading(first));
  const second = await cluster.start();
  t.notOk(await isLeading(second));
  const { body: before } = await admin.get(LEASE);
  t.equal(await first.stop(), 0);
  await eventually("the second leads", () => isLeading(second));
  const { body: after } = await admin.get(LEASE);
  t.not(after.spec.holderIdentity, before.spec.holderIdentity);
  await registerWebhook(plane, second);
  await cluster.setPassword("handed-over");
  await cluster.passwordArrives("handed-over", ["team-a", "team-b", "slow"]);

  // What is deleted while a replica follows is restored by it once it leads.
  const third = await cluster.start();
  await second.stop("SIGKILL");
  await admin.delete(secretPath("team-a"));
  await eventually("the third leads", () => isLeading(third));
  await cluster.passwordArrives("handed-over", ["team-a"]);
  await cluster.setPassword("taken-over");
  await cluster.passwordArrives("taken-over", ["team-a", "team-b", "slow"]);
});
