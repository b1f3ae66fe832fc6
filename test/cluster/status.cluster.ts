import { hostname } from "node:os";
import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { startCluster } from "./lib/cluster.ts";
import { registerWebhook } from "./lib/replica.ts";

const cluster = await startCluster(t);
const { admin, plane } = cluster;
await cluster.setPassword("first");
const leader = await cluster.start(plane.port, ["--status-page"]);
await registerWebhook(plane, leader);

t.test("each replica says whether it leads, and who does", async (t) => {
  const follower = await cluster.start(plane.port, ["--status-page"]);
  const held = { lease: "pullcred", holder: hostname() };
  await eventually("the first one leads", async () => (await leader.status()).leadership.leads || undefined);
  t.match((await leader.status()).leadership, { leads: true, ...held });
  t.match((await follower.status()).leadership, { leads: false, ...held });
  await leader.stop();
  await eventually(
    "the other one leads",
    async () => (await follower.status()).leadership.leads || undefined,
  );
  await registerWebhook(plane, follower);
  const status = (): ReturnType<typeof follower.status> => follower.status();

  await t.test("every resource is followed, and nothing needs attention", async (t) => {
    const { watches, attention, namespaces } = await status();
    t.ok(namespaces >= 4, "those that Kubernetes has");
    t.same(
      watches.map(({ resource }: { resource: string }) => resource),
      ["secrets", "namespaces", "serviceaccounts", "clusterroles", "configmaps"],
    );
    for (const { resource, watches: count, unsynced, seconds } of watches) {
      t.ok(count > 0 && unsynced === 0 && seconds < 150, resource);
    }
    t.same(attention, []);
  });

  await t.test("a Pod's copy is counted, its decision listed", async (t) => {
    await cluster.makeNamespace("team-a");
    await cluster.makePod("team-a", "shop");
    const found = await eventually("the copy is seen", async () => {
      const { mappings, decisions } = await status();
      return mappings.items[0].copies.current === 1 ? { mapping: mappings.items[0], decisions } : undefined;
    });
    t.match(found.mapping, {
      origin: { state: "current", expiresAt: null },
      troubled: { items: [], more: 0 },
    });
    t.match(found.decisions, [
      {
        namespace: "team-a",
        pod: "shop",
        reason: "Injected",
        added: ["harbor-pull"],
        copies: ["CopyWritten"],
      },
    ]);
  });

  await t.test("what the API server refuses is named, with how it was refused", async (t) => {
    await cluster.makeNamespace("team-b");
    await admin.create("/api/v1/namespaces/team-b/resourcequotas", {
      metadata: { name: "no-secrets" },
      spec: { hard: { "count/secrets": "0" } },
    });
    const copy = await eventually("the copy is refused", async () => {
      await cluster.makePod("team-b", `shop-${performance.now().toFixed(0)}`);
      const { mappings } = await status();
      const [troubled] = mappings.items[0].troubled.items;
      return troubled?.reason === "CopyFailed" ? troubled : undefined;
    });
    t.match(copy, { namespace: "team-b", state: "missing", message: /^could not PATCH .*: 403 Forbidden$/ });
    await admin.delete("/api/v1/namespaces/team-b/resourcequotas/no-secrets");
    await eventually("the copy is there", async () => {
      const { mappings } = await status();
      return mappings.items[0].troubled.items.length === 0 || undefined;
    });
  });

  await t.test("a Secret of other hand is named", async (t) => {
    await cluster.makeNamespace("team-c");
    await admin.create("/api/v1/namespaces/team-c/secrets", { metadata: { name: "harbor-pull" } });
    const copy = await eventually("it is seen", async () => {
      const { mappings } = await status();
      return mappings.items[0].copies.foreign === 1 ? mappings.items[0].troubled.items[0] : undefined;
    });
    t.match(copy, { namespace: "team-c", state: "foreign", reason: "ForeignSecret" });
  });
});
