// What all the rest is for: a kubelet with a real containerd pulls from a registry that wants a password.
import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { HARBOR, readPassword, secretPath, startCluster } from "../cluster/lib/cluster.ts";
import { registerWebhook } from "../cluster/lib/replica.ts";
import { grantMapping, grantOrigin } from "../cluster/lib/rights.ts";
import { startNode } from "./lib/node.ts";
import { admitPod, deletePod, onNode, untilEvent, untilRefused, untilRunning } from "./lib/pods.ts";
import { startRegistry } from "./lib/registry.ts";

const UNAUTHORISED = /^(ErrImagePull|ImagePullBackOff): .*(no basic auth credentials|401 Unauthorized)/;

const registry = await startRegistry();
t.teardown(() => registry.stop());
const cluster = await startCluster(t);
const { admin, plane } = cluster;
const node = await startNode(plane, registry);
t.teardown(() => node.stop());

registry.setPassword("robot", "one");
await cluster.setPassword("one");
cluster.configure([
  { ...HARBOR, matchImages: [`${registry.host}/shop`, `${registry.host}/tools`] },
  { name: "login", matchImages: [`${registry.host}/many`, `${registry.host}/other`] },
]);
await grantMapping(admin, "pullcred-login");
await grantOrigin(admin, "login-creds");

t.test("without pullcred a Pod with a private image does not start", async (t) => {
  const shop = registry.push("shop/app", "the shop is open");
  await cluster.makeNamespace("team-a");
  await admitPod(cluster, "team-a", "shop", shop);
  t.match(await untilRefused(admin, "team-a", "shop"), UNAUTHORISED);
  t.notOk(registry.requests("shop/app").some(({ accepted, refusedUser }) => accepted || refusedUser));
  await deletePod(admin, "team-a", "shop");
});

t.test("with pullcred the same Pod pulls its image and runs", async (t) => {
  const replica = await cluster.start();
  await registerWebhook(plane, replica);
  const shop = `${registry.host}/shop/app:1`;
  await eventually("the API server calls the webhook", async () => {
    const { body } = await cluster.makePod("team-a", "any", { ...onNode(shop), query: "?dryRun=All" });
    return body.spec.imagePullSecrets !== undefined || undefined;
  });
  await admitPod(cluster, "team-a", "shop", shop);
  const pod = await untilRunning(admin, "team-a", "shop");
  t.same(pod.spec.imagePullSecrets, [{ name: "harbor-pull" }]);
  await eventually("the container prints", () => node.printed(pod) === "the shop is open\n" || undefined);
  t.match(await untilEvent(admin, "team-a", "shop", "Pulled"), /^Successfully pulled image/);
});

t.test(
  "of a config.json with many entries, the one of the image's path is used before the one of its host",
  async (t) => {
    registry.setPassword("reader", "right");
    const entry = (user: string, password: string): object => ({
      auth: Buffer.from(`${user}:${password}`).toString("base64"),
    });
    const auths = {
      [registry.host]: entry("anybody", "wrong"),
      [`https://${registry.host}/many`]: entry("reader", "right"),
      [`https://${registry.host}/other`]: entry("stranger", "wrong"),
      "https://index.docker.io/v1/": entry("somebody", "else"),
    };
    await admin.create("/api/v1/namespaces/pullcred/secrets", {
      metadata: { name: "login-creds" },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
    });
    await cluster.makeNamespace("many");
    await admitPod(cluster, "many", "right", registry.push("many/app", "one of many"));
    await admitPod(cluster, "many", "wrong", registry.push("other/app", "another"));
    const pod = await untilRunning(admin, "many", "right");
    t.same(pod.spec.imagePullSecrets, [{ name: "pullcred-login" }]);
    t.same(refusedUsers("many/app"), new Set());
    t.match(await untilRefused(admin, "many", "wrong"), UNAUTHORISED);
    t.same(refusedUsers("other/app"), new Set(["stranger", "anybody"]));
    await deletePod(admin, "many", "wrong");
  },
);

t.test("an image that is on the node already still needs a credential, which pullcred brings", async (t) => {
  const tools = registry.push("tools/app", "tools");
  await cluster.makeNamespace("owner");
  await admitPod(cluster, "owner", "first", tools);
  await untilRunning(admin, "owner", "first");

  await cluster.makeNamespace("outsider", { "pullcred.dev/inject": "false" });
  await admitPod(cluster, "outsider", "pulls", tools);
  await admitPod(cluster, "outsider", "never-pulls", tools, "Never");
  t.match(await untilRefused(admin, "outsider", "pulls"), UNAUTHORISED);
  t.match(await untilRefused(admin, "outsider", "never-pulls"), /^ErrImageNeverPull: /);
  await deletePod(admin, "outsider", "pulls");

  const before = registry.requests("tools/app").length;
  await cluster.makeNamespace("neighbour");
  await admitPod(cluster, "neighbour", "pulls", tools);
  await admitPod(cluster, "neighbour", "never-pulls", tools, "Never");
  for (const name of ["pulls", "never-pulls"]) {
    await untilRunning(admin, "neighbour", name);
    t.match(
      await untilEvent(admin, "neighbour", name, "Pulled"),
      /already present on machine and can be accessed/,
    );
  }
  t.equal(
    registry.requests("tools/app").length,
    before,
    "kubelet knows the credential; nobody asks the registry",
  );
});

t.test(
  "after a rotation the next Pod pulls with the new password, and the refused one by itself",
  async (t) => {
    const shop = registry.push("shop/next", "the shop has moved");
    registry.setPassword("robot", "two");
    await admitPod(cluster, "team-a", "refused", shop);
    t.match(await untilRefused(admin, "team-a", "refused"), UNAUTHORISED);
    t.same(refusedUsers("shop/next"), new Set(["robot"]));

    await cluster.setPassword("two");
    await eventually("the copy follows", async () => {
      const { data } = (await admin.get(secretPath("team-a"))).body;
      return readPassword(data[".dockerconfigjson"], `${registry.host}/shop`) === "two" || undefined;
    });
    await admitPod(cluster, "team-a", "next", shop, "Always");
    await untilRunning(admin, "team-a", "next");
    await untilRunning(admin, "team-a", "refused");

    // The copy is the same Secret as before, which kubelet remembers: what is on the node needs no new pull.
    const before = registry.requests("shop/app").length;
    await admitPod(cluster, "team-a", "again", `${registry.host}/shop/app:1`);
    await untilRunning(admin, "team-a", "again");
    t.equal(registry.requests("shop/app").length, before, "nobody asks the registry");
  },
);

/** Whose passwords the registry refused, when asked about a repository. */
function refusedUsers(repository: string): ReadonlySet<string> {
  return new Set(registry.requests(repository).flatMap(({ refusedUser }) => refusedUser ?? []));
}
