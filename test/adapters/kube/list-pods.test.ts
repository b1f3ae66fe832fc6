import t from "tap";
import type { Call, KubeClient } from "../../../src/adapters/kube/client/kube-client.ts";
import { listPods } from "../../../src/adapters/kube/list-pods.ts";

/** An API server with pages of two Pods. */
function server(count: number): { readonly client: KubeClient; readonly calls: readonly Call[] } {
  const calls: Call[] = [];
  const client: KubeClient = {
    async send(call) {
      calls.push(call);
      const start = Number(call.query?.continue ?? 0);
      const end = Math.min(start + 2, count);
      const items = Array.from({ length: end - start }, (_, index) => ({
        metadata: { name: `pod-${start + index}`, uid: "u", resourceVersion: "1" },
      }));
      return { status: 200, body: { metadata: { ...(end < count && { continue: String(end) }) }, items } };
    },
    stream: () => {
      throw new Error("nothing is watched");
    },
  };
  return { client, calls };
}

async function names(
  pods: AsyncIterable<{ readonly metadata: { readonly name: string } }>,
): Promise<string[]> {
  const found: string[] = [];
  for await (const { metadata } of pods) found.push(metadata.name);
  return found;
}

t.test("all Pods that have not ended are listed, page after page", async (t) => {
  const { client, calls } = server(5);
  t.same(await names(listPods(client, undefined)), ["pod-0", "pod-1", "pod-2", "pod-3", "pod-4"]);
  const query = { fieldSelector: "status.phase!=Succeeded,status.phase!=Failed", limit: "500" };
  t.same(calls, [
    { method: "GET", path: "/api/v1/pods", query },
    { method: "GET", path: "/api/v1/pods", query: { ...query, continue: "2" } },
    { method: "GET", path: "/api/v1/pods", query: { ...query, continue: "4" } },
  ]);
});

t.test("a page is asked for only when the one before is used up", async (t) => {
  const { client, calls } = server(100);
  for await (const { metadata } of listPods(client, "team-a")) if (metadata.name === "pod-3") break;
  t.same(
    calls.map(({ path }) => path),
    ["/api/v1/namespaces/team-a/pods", "/api/v1/namespaces/team-a/pods"],
  );
});

t.test("a namespace may have no Pod", async (t) => {
  t.same(await names(listPods(server(0).client, "empty")), []);
});
