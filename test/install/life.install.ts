import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { passwordIn, RELEASE, startSite, WEBHOOKS } from "./lib/installed.ts";

const site = await startSite(t);
const { admin, helm, worker, makeNamespace, makePod, secretsOf } = site;

const HARBOR = {
  name: "harbor",
  matchImages: ["harbor.example.com"],
  credentials: { secretRef: { name: "harbor-creds" } },
};
const HUB = {
  name: "hub",
  matchImages: ["docker.io"],
  secretName: "hub-pull",
  namespaces: { include: ["team-b"] },
  credentials: { inline: { username: "robot", password: "hub-1" } },
};
const QUAY = {
  name: "quay",
  matchImages: ["quay.io/team"],
  credentials: { dockerConfigJson: { auths: { "quay.io/team": { username: "robot", password: "quay-1" } } } },
};
const IMAGES = ["harbor.example.com/app:1", "nginx", "quay.io/team/tool"];
const SECRETS = ["pullcred-harbor", "hub-pull", "pullcred-quay"];

t.test("helm installs three mappings, and pullcred is ready when it says so", async (t) => {
  await makeNamespace(RELEASE, { "pod-security.kubernetes.io/enforce": "restricted" });
  for (const namespace of ["team-a", "team-b"]) await makeNamespace(namespace);
  await admin.create(`/api/v1/namespaces/${RELEASE}/secrets`, {
    metadata: { name: "harbor-creds" },
    type: "kubernetes.io/basic-auth",
    stringData: { username: "robot", password: "harbor-1" },
  });
  const { code, stderr } = await helm.install({ registries: [HARBOR, HUB, QUAY] });
  t.equal(code, 0, `${stderr}${worker.logs().slice(-2_000)}`);
  t.equal(worker.running().length, 2);
  const first = await makePod("team-b", "first", "nginx");
  t.same(secretsOf(first), ["hub-pull"], "the very first Pod");
});

t.test("Pods of every kind get their secrets, and the Secrets stand", async (t) => {
  const containers = IMAGES.map((image, index) => ({ name: `c${index}`, image }));
  const template = (name: string): object => ({
    metadata: { labels: { name } },
    spec: { containers, restartPolicy: name === "job" ? "Never" : "Always" },
  });
  const apps = "/apis/apps/v1/namespaces/team-b";
  const selector = (name: string): object => ({ matchLabels: { name } });
  await admin.create(`${apps}/deployments`, {
    metadata: { name: "deployment" },
    spec: { replicas: 2, selector: selector("deployment"), template: template("deployment") },
  });
  await admin.create(`${apps}/statefulsets`, {
    metadata: { name: "statefulset" },
    spec: { serviceName: "x", selector: selector("statefulset"), template: template("statefulset") },
  });
  await admin.create("/apis/batch/v1/namespaces/team-b/jobs", {
    metadata: { name: "job" },
    spec: { template: template("job") },
  });
  await admin.create("/api/v1/namespaces/team-b/pods", {
    metadata: { name: "bare", labels: { name: "bare" } },
    spec: { containers },
  });
  for (const [name, count] of [
    ["deployment", 2],
    ["statefulset", 1],
    ["job", 1],
    ["bare", 1],
  ] as const) {
    const pods = await eventually(`there are Pods of ${name}`, async () => {
      const { body } = await admin.get(`/api/v1/namespaces/team-b/pods?labelSelector=name=${name}`);
      return body.items.length === count ? body.items : undefined;
    });
    for (const body of pods) t.same(secretsOf({ body, status: 200, warnings: [] }), SECRETS, name);
  }
  t.equal(await passwordIn(admin, "team-b", "pullcred-harbor", "harbor.example.com"), "harbor-1");
  t.equal(await passwordIn(admin, "team-b", "hub-pull", "docker.io"), "hub-1");
  t.equal(await passwordIn(admin, "team-b", "pullcred-quay", "quay.io/team"), "quay-1");
  const elsewhere = await makePod("team-a", "nginx", "nginx");
  t.same(secretsOf(elsewhere), [], "a mapping of another namespace");
});

t.test("mirror Pods start as they are, and a dry run leaves nothing behind", async (t) => {
  const annotations = { "kubernetes.io/config.mirror": "x" };
  const mirror = await makePod("team-a", "mirror", "harbor.example.com/app:1", {
    metadata: { annotations },
    spec: { nodeName: "worker" },
  });
  t.equal(mirror.status, 201);
  t.same(secretsOf(mirror), []);
  await makeNamespace("team-dry");
  const query = "?dryRun=All";
  const dry = await makePod("team-dry", "dry", "harbor.example.com/app:1", { query });
  t.same(secretsOf(dry), ["pullcred-harbor"]);
  t.equal(await passwordIn(admin, "team-dry", "pullcred-harbor", "harbor.example.com"), undefined);
});

t.test("an upgrade adds, changes and removes mappings; no Pod of pullcred is rolled", async (t) => {
  const before = worker.running();
  const changed = { ...HUB, credentials: { inline: { username: "robot", password: "hub-2" } } };
  const added = {
    name: "ghcr",
    matchImages: ["ghcr.io"],
    credentials: { inline: { username: "robot", password: "ghcr-1", server: "ghcr.io" } },
  };
  const { code, stderr } = await helm.upgrade({ registries: [HARBOR, changed, added] });
  t.equal(code, 0, stderr);
  await eventually("the changed credential arrives", async () => {
    return (await passwordIn(admin, "team-b", "hub-pull", "docker.io")) === "hub-2" || undefined;
  });
  await eventually("the copies of the removed mapping are gone", async () => {
    const { status } = await admin.get("/api/v1/namespaces/team-b/secrets/pullcred-quay");
    return status === 404 || undefined;
  });
  await eventually("the new mapping is in force", async () => {
    const pod = await makePod("team-a", `ghcr-${Date.now()}`, "ghcr.io/app");
    return secretsOf(pod).includes("pullcred-ghcr") || undefined;
  });
  t.equal(await passwordIn(admin, "team-a", "pullcred-ghcr", "ghcr.io"), "ghcr-1");
  t.same(worker.running(), before);

  // A credential that is changed where it is, without helm.
  await admin.merge(`/api/v1/namespaces/${RELEASE}/secrets/harbor-creds`, {
    stringData: { password: "harbor-2" },
  });
  await eventually("the rotated credential arrives", async () => {
    const password = await passwordIn(admin, "team-b", "pullcred-harbor", "harbor.example.com");
    return password === "harbor-2" || undefined;
  });
});

t.test("a namespace that is no longer included loses its copy, with the rights there", async (t) => {
  const moved = { ...HUB, namespaces: { include: ["team-a"] } };
  const { code, stderr } = await helm.upgrade({ registries: [HARBOR, moved] });
  t.equal(code, 0, stderr);
  await eventually("the copy is gone", async () => {
    const { status } = await admin.get("/api/v1/namespaces/team-b/secrets/hub-pull");
    return status === 404 || undefined;
  });
  await eventually("it stands where it is wanted now", async () => {
    const pod = await makePod("team-a", `hub-${Date.now()}`, "nginx");
    return secretsOf(pod).includes("hub-pull") || undefined;
  });
  // In the moment after the upgrade a replica may know the mapping before its Role: the copy then follows the Pod.
  await eventually("the copy stands", async () => {
    return (await passwordIn(admin, "team-a", "hub-pull", "docker.io")) === "hub-1" || undefined;
  });
  t.pass("it stands there now, and no longer where it was");
});

t.test("another secretName: the old copies go with the old role, the new ones come", async (t) => {
  const registries = [
    { ...HARBOR, secretName: "harbor-new" },
    { ...HUB, namespaces: { include: ["team-a"] }, secretName: "hub-pull-new" },
  ];
  const { code, stderr } = await helm.upgrade({ registries });
  t.equal(code, 0, stderr);
  for (const path of ["team-b/secrets/pullcred-harbor", "team-a/secrets/hub-pull"]) {
    await eventually(`${path} is gone`, async () => {
      return (await admin.get(`/api/v1/namespaces/${path}`)).status === 404 || undefined;
    });
  }
  for (const [name, image] of [
    ["harbor-new", "harbor.example.com/app:1"],
    ["hub-pull-new", "nginx"],
  ] as const) {
    await eventually(`Pods have ${name}`, async () => {
      const pod = await makePod("team-a", `${name}-${Date.now()}`, image);
      return secretsOf(pod).includes(name) || undefined;
    });
  }
  await eventually("both stand", async () => {
    const harbor = await passwordIn(admin, "team-a", "harbor-new", "harbor.example.com");
    const hub = await passwordIn(admin, "team-a", "hub-pull-new", "docker.io");
    return (harbor === "harbor-2" && hub === "hub-1") || undefined;
  });
  t.pass("the copies stand, with what the origins hold");
});

t.test("uninstalling leaves nothing but what was there before", async (t) => {
  const { code, stderr } = await helm.uninstall();
  t.equal(code, 0, stderr);
  const left = async (): Promise<readonly string[]> => {
    const lists = [
      "/api/v1/secrets",
      "/api/v1/configmaps",
      "/apis/coordination.k8s.io/v1/leases",
      "/apis/rbac.authorization.k8s.io/v1/clusterroles",
      "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
      "/apis/rbac.authorization.k8s.io/v1/roles",
      "/apis/rbac.authorization.k8s.io/v1/rolebindings",
      "/apis/policy/v1/poddisruptionbudgets",
      "/api/v1/services",
      WEBHOOKS,
    ];
    const found = await Promise.all(
      lists.map(async (path) => {
        const { body } = await admin.get(path);
        return body.items.map(({ metadata }: { metadata: { name: string } }) => `${path}/${metadata.name}`);
      }),
    );
    return found.flat().filter((name) => /pullcred|hub-pull|harbor/.test(name));
  };
  await eventually("the garbage collector is done", async () => {
    return (await left()).join() === "/api/v1/secrets/harbor-creds" || undefined;
  });
  await eventually("no process is left", () => worker.running().length === 0 || undefined);
});
