import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { HARBOR, readPassword, secretPath, startCluster } from "./lib/cluster.ts";
import { followCopies } from "./lib/copy-history.ts";
import { registerWebhook } from "./lib/replica.ts";
import { grantMapping, grantOrigin } from "./lib/rights.ts";

const ORIGINS = "/api/v1/namespaces/pullcred/secrets";
const BASIC = "kubernetes.io/basic-auth";

const cluster = await startCluster(t);
const { admin, plane } = cluster;
await cluster.setPassword("first");
cluster.configure([HARBOR], "eager");
const replica = await cluster.start();
await registerWebhook(plane, replica);
for (const name of ["team-a", "team-b", "team-c"]) await cluster.makeNamespace(name);
await cluster.passwordArrives("first", ["team-a", "team-b", "team-c"]);

type Step = "config" | "origin" | "namespace" | "rights";

/** Every order of these. */
function permute<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permute(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

t.test("namespace, origin, config and rights make the same copy in every order", async (t) => {
  const registries: Parameters<typeof cluster.configure>[0][number][] = [HARBOR];
  const orders = permute<Step>(["config", "origin", "namespace", "rights"]);

  /** What a mapping of its own needs, so that no order can see another one's steps. */
  function stepsOf(name: string): Record<Step, () => unknown> {
    return {
      config() {
        const namespaces = { include: [name] };
        registries.push({
          name,
          matchImages: [`${name}.example.com`],
          secretName: `${name}-pull`,
          namespaces,
        });
        cluster.configure(registries, "eager");
      },
      origin: () => {
        const stringData = { username: "robot", password: name };
        return admin.create(ORIGINS, { metadata: { name: `${name}-creds` }, type: BASIC, stringData });
      },
      namespace: () => admin.create("/api/v1/namespaces", { metadata: { name } }),
      async rights() {
        await grantOrigin(admin, `${name}-creds`);
        await grantMapping(admin, `${name}-pull`);
      },
    };
  }

  await Promise.all(
    orders.map(async (order, index) => {
      const name = `order-${index}`;
      const steps = stepsOf(name);
      for (const step of order) await steps[step]();
      const copy = await eventually(order.join(", then "), async () => {
        const { status, body } = await admin.get(`/api/v1/namespaces/${name}/secrets/${name}-pull`);
        return status === 200 && body.metadata.ownerReferences !== undefined ? body : undefined;
      });
      t.equal(readPassword(copy.data[".dockerconfigjson"], `${name}.example.com`), name, order.join(", "));
      t.equal(copy.metadata.ownerReferences[0].name, `pullcred:${name}-pull`);
    }),
  );
  cluster.configure([HARBOR], "eager");
});

t.test("whatever breaks in an origin, no copy ever holds anything but a good credential", async (t) => {
  const history = await followCopies(plane, "harbor-pull");
  t.teardown(history.stop);
  const dockerConfigJson = (text: string): object => ({
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": text },
  });
  const rows: readonly (readonly [string, object])[] = [
    ["without a username", { type: "Opaque", stringData: { password: "broken" } }],
    ["of another type", { type: "Opaque", stringData: { username: "robot", password: "broken" } }],
    ["an auth that is no base64", dockerConfigJson('{"auths":{"harbor.example.com":{"auth":"%broken%"}}}')],
    ["an auth without a colon", dockerConfigJson('{"auths":{"harbor.example.com":{"auth":"YnJva2Vu"}}}')],
    [
      "a password that is a number",
      dockerConfigJson('{"auths":{"harbor.example.com":{"username":"robot","password":1}}}'),
    ],
    ["no registry", dockerConfigJson('{"auths":{}}')],
  ];
  const refusals = (): number => replica.stderr().match(/"credential refused"/g)?.length ?? 0;

  for (const [index, [what, broken]] of rows.entries()) {
    const before = refusals();
    await admin.delete(`${ORIGINS}/harbor-creds`);
    await admin.create(ORIGINS, { metadata: { name: "harbor-creds" }, ...broken });
    await eventually(`${what} is refused`, () => refusals() > before || undefined);
    await admin.delete(`${ORIGINS}/harbor-creds`);
    await cluster.setPassword(`good-${index}`);
    await cluster.passwordArrives(`good-${index}`, ["team-a", "team-b", "team-c"]);
  }
  const good = ["first", ...rows.map((_, index) => `good-${index}`)];
  const seen = history.versions().map(({ data }) => readPassword(data));
  t.same([...new Set(seen)], good, "the copies held these, in this order");
});

t.test("a namespace that is deleted and made anew has its copy anew", async () => {
  await admin.delete("/api/v1/namespaces/team-c");
  await eventually("the namespace is gone", async () => {
    return (await admin.get("/api/v1/namespaces/team-c")).status === 404 || undefined;
  });
  const password = (await cluster.passwordIn("team-a")) ?? "";
  await cluster.makeNamespace("team-c");
  await cluster.passwordArrives(password, ["team-c"]);
});

t.test("somebody's Secret and the first Pod come at once, and nobody's Secret is taken", async (t) => {
  cluster.configure([HARBOR]);
  const names = Array.from({ length: 40 }, (_, index) => `race-${index}`);
  const { data } = (await admin.get(secretPath("team-a"))).body;
  await Promise.all(names.map((name) => cluster.makeNamespace(name)));
  const winners = await Promise.all(
    names.map(async (name, index) => {
      const foreign = { metadata: { name: "harbor-pull" }, type: "kubernetes.io/dockerconfigjson", data };
      // Half of them come a round trip later, so that now the one is first and now the other.
      const later = index % 2 === 0 ? [] : [admin.get(secretPath(name))];
      const [made, { status }] = await Promise.all([
        Promise.all(later).then(() => admin.send("POST", `/api/v1/namespaces/${name}/secrets`, foreign)),
        cluster.makePod(name, "shop"),
      ]);
      t.equal(status, 201);
      return { name, isForeign: made.status === 201 };
    }),
  );
  t.comment(`foreign: ${winners.filter(({ isForeign }) => isForeign).length} of ${names.length}`);
  await cluster.setPassword("after-the-race");
  await cluster.passwordArrives(
    "after-the-race",
    winners.filter(({ isForeign }) => !isForeign).map(({ name }) => name),
  );
  for (const { name } of winners.filter(({ isForeign }) => isForeign)) {
    const { metadata, data: present } = (await admin.get(secretPath(name))).body;
    t.same(present, data);
    t.same([metadata.labels, metadata.ownerReferences], [undefined, undefined]);
  }
});
