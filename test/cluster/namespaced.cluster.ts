import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { eventually } from "../builders/eventually.ts";
import type { AuditEvent } from "./lib/audit-log.ts";
import { HARBOR, readPassword, secretPath, startCluster } from "./lib/cluster.ts";
import { registerWebhook } from "./lib/replica.ts";
import {
  grantMapping,
  grantMappingIn,
  PULLCRED_USER,
  withdrawMapping,
  withdrawMappingIn,
} from "./lib/rights.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";

const cluster = await startCluster(t);
const { admin, plane } = cluster;
await withdrawMapping(admin, "harbor-pull"); // what there is beside the Roles of this file
await cluster.setPassword("one");
for (const name of ["team-a", "team-b", "outside"]) await cluster.makeNamespace(name);
for (const name of ["team-a", "team-b"]) await grantMappingIn(admin, "harbor-pull", name);
const named = (...include: string[]) => ({ ...HARBOR, namespaces: { include } });
cluster.configure([named("team-a", "team-b", "later")]);
const replica = await cluster.start(plane.port, ["--namespaced-roles"]);
await registerWebhook(plane, replica);

/** The kind and uid of what owns the copy; undefined while there is none. */
async function ownerOf(namespace: string): Promise<string | undefined> {
  const [owner] = (await admin.get(secretPath(namespace))).body.metadata?.ownerReferences ?? [];
  return owner && `${owner.kind} ${owner.uid}`;
}

async function roleOf(namespace: string): Promise<string> {
  return `Role ${(await admin.get(`${RBAC}/namespaces/${namespace}/roles/pullcred:harbor-pull`)).body.metadata.uid}`;
}

async function becomesOwned(namespace: string, owner: string): Promise<void> {
  await eventually(`${namespace} belongs to ${owner}`, async () => {
    return (await ownerOf(namespace)) === owner || undefined;
  });
}

async function copyGoes(namespace: string): Promise<void> {
  await eventually(`the copy in ${namespace} is collected`, async () => {
    return (await admin.get(secretPath(namespace))).status === 404 || undefined;
  });
}

/** Renewing the Lease, watches, and asking whether there is a right by now go on whatever Pods come. */
const isBackground = ({ requestURI, verb, code }: AuditEvent): boolean =>
  requestURI.includes("/leases/") || verb === "watch" || (verb === "list" && code === 403);
const requests = (): number => plane.audit(PULLCRED_USER).filter((event) => !isBackground(event)).length;
/** Helm makes a Role before its binding: where both are waited for, the first write may come too early. */
const isEarly = (line: string): boolean => line.includes("cannot patch resource");
const errors = (): readonly string[] =>
  (replica.stderr().match(/^.*"level":"error".*$/gm) ?? []).filter((line) => !isEarly(line));

t.test("a Pod of a named namespace has its copy, which belongs to the Role there", async (t) => {
  for (const name of ["team-a", "team-b"]) {
    const { status, body, warnings } = await cluster.makePod(name, "shop");
    t.same([status, warnings], [201, []]);
    t.same(body.spec.imagePullSecrets, [{ name: "harbor-pull" }]);
    t.equal(await cluster.passwordIn(name), "one");
    t.equal(await ownerOf(name), await roleOf(name));
  }
  const { body } = await cluster.makePod("outside", "shop");
  t.equal(body.spec.imagePullSecrets, undefined);
});

t.test("on the warm path a review costs no request", async (t) => {
  await eventually("the ServiceAccount is known", async () => {
    const before = requests();
    await cluster.makePod("team-a", `warm-up-${before}-${Math.random().toString(36).slice(2)}`);
    return requests() === before || undefined;
  });
  const before = requests();
  for (let index = 0; index < 50; index++) {
    t.equal((await cluster.makePod("team-a", `warm-${index}`)).status, 201);
  }
  t.equal(requests(), before);
});

t.test("rotation and drift reach it", async () => {
  await cluster.setPassword("two");
  await cluster.passwordArrives("two", ["team-a", "team-b"]);
  await admin.merge(secretPath("team-a"), { data: { ".dockerconfigjson": "e30=" } });
  await admin.delete(secretPath("team-b"));
  await cluster.passwordArrives("two", ["team-a", "team-b"]);
  await admin.merge(secretPath("team-a"), { metadata: { ownerReferences: null } });
  await becomesOwned("team-a", await roleOf("team-a"));
});

t.test("a named namespace may come later, and its Role later still", async (t) => {
  await cluster.makeNamespace("later");
  const { status, warnings } = await cluster.makePod("later", "shop");
  t.equal(status, 201);
  t.same(warnings, ["pullcred: Secret harbor-pull is not written: the role for registry harbor is missing"]);
  await grantMappingIn(admin, "harbor-pull", "later");
  await cluster.passwordArrives("two", ["later"]);
  t.equal(await ownerOf("later"), await roleOf("later"));
  t.same(errors(), []);
});

t.test("where a Role goes the copy goes, quietly, and both come back", async (t) => {
  const before = plane.audit(PULLCRED_USER).length;
  await withdrawMappingIn(admin, "harbor-pull", "team-b");
  await copyGoes("team-b");
  await cluster.setPassword("three");
  await cluster.passwordArrives("three", ["team-a", "later"]);
  const { status, warnings } = await cluster.makePod("team-b", "late");
  t.equal(status, 201);
  t.match(warnings, [/the role for registry harbor is missing/]);
  const refused = plane
    .audit(PULLCRED_USER)
    .slice(before)
    .filter(({ code, verb }) => code === 403 && verb !== "list");
  t.same(refused, [], "nothing was tried without the right");
  t.same(errors(), []);
  await grantMappingIn(admin, "harbor-pull", "team-b");
  await cluster.passwordArrives("three", ["team-b"]);
  t.equal(await ownerOf("team-b"), await roleOf("team-b"));
});

t.test(
  "a namespace that is named no more loses its copy, whether the config or the Role goes first",
  async (t) => {
    await withdrawMappingIn(admin, "harbor-pull", "team-b");
    await copyGoes("team-b");
    cluster.configure([named("team-a", "later")]);
    await eventually("the config is in force", async () => {
      const { status, body } = await cluster.makePod("team-b", "after", { query: "?dryRun=All" });
      return (status === 201 && body.spec.imagePullSecrets === undefined) || undefined;
    });
    cluster.configure([named("team-a")]);
    await copyGoes("later");
    await withdrawMappingIn(admin, "harbor-pull", "later");
    t.same(errors(), []);
  },
);

t.test(
  "from names to a glob and back, every copy finds its owner, and nothing else is touched",
  async (t) => {
    await cluster.makeNamespace("team-c");
    await cluster.makeNamespace("team-foreign");
    const { body: foreign } = await admin.create("/api/v1/namespaces/team-foreign/secrets", {
      metadata: { name: "harbor-pull" },
      stringData: { other: "thing" },
    });

    await grantMapping(admin, "harbor-pull");
    cluster.configure([named("team-*")], "eager");
    const { uid } = (await admin.get(`${RBAC}/clusterroles/pullcred:harbor-pull`)).body.metadata;
    for (const name of ["team-a", "team-b", "team-c"]) await becomesOwned(name, `ClusterRole ${uid}`);
    await withdrawMappingIn(admin, "harbor-pull", "team-a");
    await cluster.setPassword("four");
    await cluster.passwordArrives("four", ["team-a", "team-b", "team-c"]);

    // Before the config is there, the garbage collector takes every copy.
    for (const name of ["team-a", "team-b"]) await grantMappingIn(admin, "harbor-pull", name);
    await withdrawMapping(admin, "harbor-pull");
    for (const name of ["team-a", "team-b", "team-c"]) await copyGoes(name);
    cluster.configure([named("team-a", "team-b")], "eager");
    for (const name of ["team-a", "team-b"]) await becomesOwned(name, await roleOf(name));

    // The config is there first: pullcred itself takes away what has no place any more.
    await grantMapping(admin, "harbor-pull");
    cluster.configure([named("team-*")], "eager");
    await cluster.passwordArrives("four", ["team-c"]);
    cluster.configure([named("team-a", "team-b")], "eager");
    await copyGoes("team-c");
    for (const name of ["team-a", "team-b"]) await becomesOwned(name, await roleOf(name));
    await withdrawMapping(admin, "harbor-pull");
    await cluster.setPassword("five");
    await cluster.passwordArrives("five", ["team-a", "team-b"]);

    const { resourceVersion } = (await admin.get(secretPath("team-foreign"))).body.metadata;
    t.equal(resourceVersion, foreign.metadata.resourceVersion);
    t.same(errors(), []);
  },
);

t.test("an origin that the leader writes belongs to a Role in its own namespace", async (t) => {
  const auth = btoa("robot:from-a-file");
  const path = join(plane.folder, "docker.json");
  writeFileSync(path, JSON.stringify({ auths: { "file.example.com": { auth } } }));
  for (const name of ["pullcred", "team-a"]) await grantMappingIn(admin, "file-pull", name);
  const file = {
    name: "file",
    matchImages: ["file.example.com"],
    secretName: "file-pull",
    namespaces: { include: ["team-a"] },
    credentials: { configFile: { path } },
  };
  cluster.configure([named("team-a", "team-b"), file], "eager");
  for (const name of ["pullcred", "team-a"]) {
    const secret = await eventually(`${name} has it`, async () => {
      const { status, body } = await admin.get(`/api/v1/namespaces/${name}/secrets/file-pull`);
      return status === 200 && body.metadata.ownerReferences !== undefined ? body : undefined;
    });
    t.equal(readPassword(secret.data[".dockerconfigjson"], "file.example.com"), "from-a-file");
    t.match(secret.metadata.ownerReferences, [{ kind: "Role", name: "pullcred:file-pull" }]);
  }
  t.same(errors(), []);
});

t.test("what was refused was asked seldom: whether there is a right by now", async (t) => {
  const counts = new Map<string, number>();
  for (const { code, verb, requestURI } of plane.audit(PULLCRED_USER)) {
    const [path] = requestURI.split("?");
    if (code === 403) counts.set(`${verb} ${path}`, (counts.get(`${verb} ${path}`) ?? 0) + 1);
  }
  t.comment(Object.fromEntries(counts));
  for (const [request, count] of counts) t.ok(count <= 12, `${request}: ${count}`);
  const others = [...counts].filter(([request]) => !request.startsWith("list "));
  // A copy that stood out of the new scope is looked for once; and see `isEarly`.
  t.ok(
    others.every(([request, count]) => /^(get|patch) /.test(request) && count <= 2),
    JSON.stringify(others),
  );
});
