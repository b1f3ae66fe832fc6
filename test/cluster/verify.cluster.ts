// pullcred verify beside a real API server: what it finds there, and with which rights.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { type Ended, pullcred } from "../builders/cli.ts";
import { MANIFEST, registryServer } from "../builders/registry-server.ts";
import type { Result } from "../builders/verify-folder.ts";
import { startCluster } from "./lib/cluster.ts";
import { kubeconfig } from "./lib/control-plane.ts";

const RIGHT = `Basic ${Buffer.from("robot:right").toString("base64")}`;
const SECRETS = "/api/v1/namespaces/pullcred/secrets";

const { host } = await registryServer(t, ({ path, authorization }) => {
  if (path.includes("/public/")) return MANIFEST;
  if (authorization !== RIGHT) return { status: 401, headers: { "www-authenticate": 'Basic realm="test"' } };
  return path.includes("/none/") ? { status: 404 } : MANIFEST;
});
const cluster = await startCluster(t);
const { admin, plane, configFile } = cluster;
const asAdmin = { KUBECONFIG: join(plane.folder, "admin.kubeconfig") };
const HARBOR = {
  name: "harbor",
  matchImages: [`${host}/shop`],
  namespaces: { selector: { matchLabels: { tier: "app" } } },
};
const PLUGIN = {
  ...{ name: "plugin", matchImages: [`${host}/tools`], secretName: "plugin-pull" },
  credentials: { exec: { command: "/none" } },
};
cluster.configure([HARBOR, PLUGIN]);
await cluster.setPassword("right");

async function verify(
  args: readonly string[],
  env: NodeJS.ProcessEnv = asAdmin,
): Promise<Ended & { readonly results: readonly Result[] }> {
  const ended = await pullcred(["verify", "--config", configFile, "-o", "json", ...args], "", env);
  return { ...ended, results: ended.stdout === "" ? [] : JSON.parse(ended.stdout).results };
}

function summary(results: readonly Result[]): readonly (readonly (string | null)[])[] {
  return results.map(({ image, mapping, verdict }) => [image, mapping, verdict]);
}

t.test("credentials are the origins: what secretRef names, and what the leader has written", async (t) => {
  const missing = await verify([]);
  t.same(summary(missing.results), [
    [null, "harbor", "Works"],
    [null, "plugin", "NoCredential"],
  ]);
  t.match(missing.results[1]?.detail, /there is no Secret plugin-pull in namespace pullcred/);
  t.equal(missing.code, 1);

  const auths = { [`${host}/tools`]: { username: "robot", password: "right" } };
  await admin.create(SECRETS, {
    metadata: { name: "plugin-pull" },
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
  });
  const { results, code } = await verify([]);
  t.same(
    [summary(results), code],
    [
      [
        [null, "harbor", "Works"],
        [null, "plugin", "Works"],
      ],
      0,
    ],
  );
});

t.test("--cluster tries the images of every Pod that has not ended, each once", async (t) => {
  await cluster.makeNamespace("team-a", { tier: "app" });
  await cluster.makeNamespace("other");
  const make = (namespace: string, name: string, image: string, parts = {}) =>
    cluster.makePod(namespace, name, { image: `${host}/${image}`, ...parts });
  await make("team-a", "shop-1", "shop/app:1");
  await make("team-a", "shop-2", "shop/app:1");
  await make("team-a", "gone", "shop/none/app:1");
  await make("team-a", "open", "public/app:1");
  await make("team-a", "mine", "private/app:1", { spec: { imagePullSecrets: [{ name: "regcred" }] } });
  await make("other", "shop", "shop/app:1");
  await make("other", "tools", "tools/app:1");
  await make("other", "ended", "shop/ended:1");
  await admin.merge("/api/v1/namespaces/other/pods/ended/status", { status: { phase: "Succeeded" } });

  const { results, code } = await verify(["--cluster"]);
  const byImage = summary(results).toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
  t.same(byImage, [
    [`${host}/private/app:1`, null, "Inconclusive"],
    [`${host}/public/app:1`, null, "Works"],
    [`${host}/shop/app:1`, null, "NoCredential"],
    [`${host}/shop/app:1`, "harbor", "Works"],
    [`${host}/shop/none/app:1`, "harbor", "NotFound"],
    [`${host}/tools/app:1`, "plugin", "Works"],
  ]);
  t.match(
    results.find(({ verdict }) => verdict === "NoCredential")?.detail,
    /mapping harbor gives the Pod none/,
  );
  t.match(results.find(({ verdict }) => verdict === "Inconclusive")?.detail, /regcred/);
  t.equal(code, 1);

  const one = await verify(["--cluster", "-n", "other"]);
  t.same(new Set(one.results.map(({ verdict }) => verdict)), new Set(["NoCredential", "Works"]));
  t.equal(one.results.length, 2);
});

t.test("an image is tried with what its namespace may have, by the labels that it has there", async (t) => {
  const image = `${host}/shop/app:1`;
  t.same(summary((await verify(["-n", "team-a", image])).results), [[image, "harbor", "Works"]]);
  t.same(summary((await verify(["-n", "other", image])).results), [[image, null, "NoCredential"]]);
  const nowhere = await verify(["-n", "nowhere", image]);
  t.equal(nowhere.code, 2);
  t.match(nowhere.stderr, /could not read namespace nowhere/);
});

t.test("the rights are those of whoever asks: a Secret that may not be read leaves the others", async (t) => {
  const account = { metadata: { name: "auditor" } };
  await admin.create("/api/v1/namespaces/pullcred/serviceaccounts", account);
  const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/pullcred";
  await admin.create(`${rbac}/roles`, {
    ...account,
    rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["harbor-creds"], verbs: ["get"] }],
  });
  await admin.create(`${rbac}/rolebindings`, {
    ...account,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "auditor" },
    subjects: [{ kind: "ServiceAccount", name: "auditor", namespace: "pullcred" }],
  });
  const path = "/api/v1/namespaces/pullcred/serviceaccounts/auditor/token";
  const { body } = await admin.create(path, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" });
  const file = join(plane.folder, "auditor.kubeconfig");
  writeFileSync(file, kubeconfig(plane.port, `token: ${body.status.token}`));

  const { results, code } = await verify([], { KUBECONFIG: file });
  t.match(results, [
    { mapping: "harbor", verdict: "Works" },
    { mapping: "plugin", verdict: "Inconclusive", detail: /cannot get resource "secrets"/ },
  ]);
  t.equal(code, 1);
  const everything = await verify(["--cluster"], { KUBECONFIG: file });
  t.equal(everything.code, 2);
  t.match(everything.stderr, /could not read the namespaces: .*cannot list resource "namespaces"/);
});

t.test("an API server that does not answer is told at once", async (t) => {
  const file = join(plane.folder, "away.kubeconfig");
  writeFileSync(file, kubeconfig(1, "token: x"));
  const { code, stderr, stdout } = await verify([], { KUBECONFIG: file });
  t.same([code, stdout], [2, ""]);
  t.match(
    stderr,
    /could not read Secret \S+ in namespace pullcred: .*could not reach 127\.0\.0\.1:1: nobody listens there: see/,
  );
});
