import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import t from "tap";
import { type Ended, pullcred } from "../builders/cli.ts";
import { eventually } from "../builders/eventually.ts";
import { kubeconfig, startControlPlane } from "./lib/control-plane.ts";

const MARK = "Tr0ub4dor";
const plane = await startControlPlane();
t.teardown(() => plane.stop());
const { admin } = plane;
const configFile = join(plane.folder, "user.kubeconfig");
writeFileSync(configFile, kubeconfig(plane.port, `token: ${plane.adminToken}`));
const env = { KUBECONFIG: configFile };

async function importCluster(...args: readonly string[]): Promise<Ended> {
  return pullcred(["import", "--cluster", ...args], "", env);
}

async function makeNamespace(name: string): Promise<void> {
  await admin.create("/api/v1/namespaces", { metadata: { name } });
  await eventually(`${name} has its ServiceAccount`, async () => {
    const { status } = await admin.get(`/api/v1/namespaces/${name}/serviceaccounts/default`);
    return status === 200 || undefined;
  });
}

async function makePullSecret(
  namespace: string,
  name: string,
  server: string,
  password = MARK,
): Promise<void> {
  const auths = { [server]: { username: "robot", password } };
  await admin.create(`/api/v1/namespaces/${namespace}/secrets`, {
    metadata: { name },
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
  });
}

for (const name of ["pullcred", "team-a", "team-b", "team-c"]) await makeNamespace(name);
await makePullSecret("team-a", "regcred", "harbor.example.com");
await makePullSecret("team-b", "harbor", "https://harbor.example.com");
await makePullSecret("team-c", "regcred", "harbor.example.com", `${MARK}-2`);
await admin.create("/api/v1/namespaces/team-a/secrets", {
  metadata: { name: "other" },
  stringData: { a: MARK },
});
await admin.merge("/api/v1/namespaces/team-a/serviceaccounts/default", {
  imagePullSecrets: [{ name: "regcred" }, { name: "gone" }],
});
await admin.create("/api/v1/namespaces/kube-system/configmaps", {
  metadata: { name: "acr-configuration" },
  data: {
    "acr-registry-info": '- instanceId: "cri-abc"\n  domains: "acme-registry.cn-hangzhou.cr.aliyuncs.com"\n',
    "service-account": "*",
    "watch-namespace": "team-a",
  },
});

const TCR = "tcr.tencentcloudcr.com";
await admin.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
  metadata: { name: `imagepullsecrets.${TCR}` },
  spec: {
    group: TCR,
    scope: "Cluster",
    names: { plural: "imagepullsecrets", singular: "imagepullsecret", kind: "ImagePullSecret" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
});
await eventually("ImagePullSecrets can be made", async () => {
  const docker = { username: "1", password: MARK, server: "acme.tencentcloudcr.com" };
  const { status } = await admin.send("POST", `/apis/${TCR}/v1/imagepullsecrets`, {
    apiVersion: `${TCR}/v1`,
    kind: "ImagePullSecret",
    metadata: { name: "tcr-1a2b" },
    spec: { namespaces: "team-a", serviceAccounts: "*", docker },
  });
  return status === 201 || status === 409 || undefined;
});
await makePullSecret("team-a", "tcr.ipstcr-1a2b", "acme.tencentcloudcr.com"); // as the add-on delivers it

t.test("a cluster that was wired by hand becomes a configuration", async (t) => {
  const { code, stdout, stderr } = await importCluster("-o", "json");
  t.same([code, stderr], [1, ""]);
  const { config, notes, steps } = JSON.parse(stdout);
  t.match(config.registries, [
    { name: "acr-acme", credentials: { alibaba: { region: "cn-hangzhou", instanceId: "cri-abc" } } },
    { name: "tcr-1a2b", matchImages: ["acme.tencentcloudcr.com"], namespaces: { include: ["team-a"] } },
    {
      name: "regcred",
      matchImages: ["harbor.example.com"],
      namespaces: { include: ["team-a", "team-b"] },
      credentials: { secretRef: { name: "regcred-creds" } },
    },
    { name: "regcred-team-c", namespaces: { include: ["team-c"] } },
  ]);
  t.equal(config.registries.length, 4);
  t.match(notes, [
    { path: "cluster: ServiceAccount team-a/default: imagePullSecrets[1]", message: /names gone/ },
  ]);
  t.equal(notes.length, 1);
  t.notMatch(stdout, MARK);

  const programs = join(plane.folder, "programs");
  mkdirSync(programs);
  symlinkSync(join(process.env.PULLCRED_TEST_CONTROL_PLANE ?? "", "kubectl"), join(programs, "kubectl"));
  for (const { command } of steps) {
    const PATH = `${programs}:${process.env.PATH}`;
    await promisify(execFile)("sh", ["-c", command], { env: { ...env, PATH, HOME: plane.folder } });
  }
  for (const [origin, server, password] of [
    ["regcred-creds", "harbor.example.com", MARK],
    ["regcred-team-c-creds", "harbor.example.com", `${MARK}-2`],
    ["tcr-1a2b-creds", "acme.tencentcloudcr.com", MARK],
  ] as const) {
    const { body } = await admin.get(`/api/v1/namespaces/pullcred/secrets/${origin}`);
    t.equal(body.type, "kubernetes.io/dockerconfigjson");
    const text = Buffer.from(body.data[".dockerconfigjson"], "base64").toString();
    t.equal(JSON.parse(text).auths[server].password, password, "the printed command made the origin");
  }
  t.same(
    JSON.parse((await importCluster("-o", "json")).stdout).config,
    config,
    "origins are not imported again",
  );
});

t.test("one namespace can be read by somebody who may read no other", async (t) => {
  const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/team-a";
  await admin.create(`${rbac}/roles`, {
    metadata: { name: "reader" },
    rules: [{ apiGroups: [""], resources: ["secrets", "serviceaccounts"], verbs: ["list"] }],
  });
  await admin.create(`${rbac}/rolebindings`, {
    metadata: { name: "reader" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace: "team-a" }],
  });
  const { body } = await admin.send("POST", "/api/v1/namespaces/team-a/serviceaccounts/default/token", {});
  const file = join(plane.folder, "reader.kubeconfig");
  writeFileSync(file, kubeconfig(plane.port, `token: ${body.status.token}`));
  const own = await eventually("the right is known", async () => {
    const ended = await pullcred(["import", "--cluster", "-n", "team-a"], "", { KUBECONFIG: file });
    return ended.code === 1 ? ended : undefined;
  });
  t.match(own.stdout, "name: regcred\n");
  t.notMatch(own.stdout, "team-b");
  const all = await pullcred(["import", "--cluster"], "", { KUBECONFIG: file });
  t.same([all.code, all.stdout], [2, ""]);
  t.match(
    all.stderr,
    /could not read the cluster: .*403 Forbidden: User "system:serviceaccount:team-a:default" cannot list/,
  );
  t.match(all.stderr, /--namespace reads a single namespace/);
});
