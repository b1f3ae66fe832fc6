import t from "tap";
import { createKubeWaitingPods } from "../../../src/adapters/kube/kube-waiting-pods.ts";
import type { KubeObject } from "../../../src/adapters/kube/watch/kube-object.ts";
import type { WaitingPodsListener } from "../../../src/core/repair/waiting-pods.ts";
import { fakeApiServer } from "../../builders/fake-api-server.ts";
import { fakeReflectors } from "../../builders/fake-reflectors.ts";
import { type StuckPodParts, stuckPodObject } from "../../builders/stuck-pod.ts";

const IDLE = { startReflector: fakeReflectors().start, most: 1, excludedNamespaces: [] };
const BARE = { metadata: { ownerReferences: undefined } };

function object(parts: StuckPodParts = {}): KubeObject {
  return stuckPodObject({
    ...parts,
    metadata: { uid: parts.name ?? "shop-1", ...parts.metadata },
  }) as KubeObject;
}

/** A listener that writes down what it is told. */
function recorder(): { readonly listener: WaitingPodsListener; readonly heard: string[] } {
  const heard: string[] = [];
  const listener: WaitingPodsListener = {
    isWanted: ({ failing }) => failing.size > 0,
    onList: (pods) => heard.push(`list ${pods.map(({ name }) => name)}`),
    onChange: ({ name }, isNew) => heard.push(`${isNew ? "new" : "changed"} ${name}`),
    onGone: (uid) => heard.push(`gone ${uid}`),
  };
  return { listener, heard };
}

t.test("the Pods that wait to run are followed, for as long as somebody wants to know", async (t) => {
  const { client } = await fakeApiServer(t);
  const { start, one } = fakeReflectors();
  const pods = createKubeWaitingPods({ client, startReflector: start, most: 2, excludedNamespaces: [] });
  const { listener, heard } = recorder();
  t.same(pods.reflectors(), []);
  const unfollow = pods.follow(listener);
  t.same(one().collection, { path: "/api/v1/pods", fieldSelector: "status.phase=Pending" });
  t.equal(pods.reflectors().length, 1);

  one().list(
    object({ name: "bare", ...BARE }),
    object({ name: "a" }),
    object({ name: "fine", reason: "" }),
    object({ name: "b" }),
    object({ name: "c" }),
  );
  t.same(heard.splice(0), ["list a,b"], "what is wanted of a list, and as many as are kept");

  one().add(object({ name: "d", reason: "" }));
  one().change(object({ name: "d" }));
  one().change(object({ name: "d", metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }));
  one().remove(object({ name: "a" }));
  one().add(object({ name: "bare", ...BARE }));
  t.same(heard, ["new d", "changed d", "gone d", "gone a", "gone bare"]);

  unfollow();
  t.equal(one().isStopped, true);
  t.same(pods.reflectors(), []);
});

t.test("what is in an excluded namespace is not even asked for", async (t) => {
  const { client } = await fakeApiServer(t);
  const { start, one } = fakeReflectors();
  const excludedNamespaces = ["kube-system", "calico-system"];
  createKubeWaitingPods({ client, startReflector: start, most: 1, excludedNamespaces }).follow(
    recorder().listener,
  );
  t.same(
    one().collection.fieldSelector,
    "status.phase=Pending,metadata.namespace!=kube-system,metadata.namespace!=calico-system",
  );
});

t.test("the Job of a Pod is read as it is now", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const pods = createKubeWaitingPods({ client, ...IDLE });
  const owner = { kind: "Job", name: "once", uid: "u" };
  const job = { metadata: { name: "once", uid: "u" }, spec: {} };
  for (const [index, [status, body, expected]] of (
    [
      [200, job, job],
      [404, { kind: "Status", code: 404 }, undefined],
    ] as const
  ).entries()) {
    const found = pods.findJob({ namespace: "team-a", owner });
    const { method, url, json } = await request(index);
    t.equal(`${method} ${url.pathname}`, "GET /prefix/apis/batch/v1/namespaces/team-a/jobs/once");
    json(status, body);
    t.same(await found, expected);
  }
  const found = pods.findJob({ namespace: "team-a", owner });
  (await request(2)).json(403, { kind: "Status", code: 403 });
  await t.rejects(found, { message: /403/ });
});

t.test("that very Pod is evicted, and the answer is told apart", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const pods = createKubeWaitingPods({ client, ...IDLE });
  const rows: readonly (readonly [number, Readonly<Record<string, string>>, object])[] = [
    [201, {}, { kind: "evicted" }],
    [404, {}, { kind: "gone" }],
    [409, {}, { kind: "changed" }],
    [429, { "retry-after": "10" }, { kind: "blocked", retryAfter: 10_000 }],
    [429, {}, { kind: "blocked", retryAfter: 0 }],
    [403, {}, { kind: "refused", error: { message: /eviction: 403$/ } }],
    [422, {}, { kind: "refused", error: { message: /eviction: 422$/ } }],
  ];
  for (const [index, [status, headers, expected]] of rows.entries()) {
    const answer = pods.evict({ namespace: "team-a", name: "shop-1", uid: "u", version: "7" });
    const { method, url, body, json } = await request(index);
    t.equal(`${method} ${url.pathname}`, "POST /prefix/api/v1/namespaces/team-a/pods/shop-1/eviction");
    t.same(JSON.parse(body), {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { namespace: "team-a", name: "shop-1" },
      deleteOptions: { preconditions: { uid: "u", resourceVersion: "7" } },
    });
    json(status, { kind: "Status", code: status }, headers);
    t.match(await answer, expected, String(status));
  }
  for (const [index, status] of [500, 504].entries()) {
    const answer = pods.evict({ namespace: "team-a", name: "shop-1", uid: "u", version: "7" });
    (await request(rows.length + index)).json(status, { kind: "Status", code: status });
    await t.rejects(answer, { message: new RegExp(`/eviction: ${status}$`) });
  }
});
