import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { type Finding, FindingKind } from "../../src/core/audit/finding.ts";
import { TrapKind } from "../../src/core/policy/explain-pod.ts";
import { pullcred, ROOT } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { startListServer } from "../builders/list-server.ts";
import { pullSecret, pullSecretOf } from "../builders/pull-secret.ts";

const MARK = "hunter2";
const HARBOR = { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" };
const ORIGIN = pullSecret("harbor-creds", ["harbor.example.com"], { namespace: "pullcred" });
const RUNNING = { containerStatuses: [{ name: "app", state: { running: {} } }] };

function pod(name: string, namespace: string, secrets: readonly string[], parts: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      uid: name,
      ownerReferences: [{ kind: "ReplicaSet", name: "shop", controller: true }],
    },
    spec: {
      containers: [{ name: "app", image: "harbor.example.com/a", imagePullPolicy: "IfNotPresent" }],
      imagePullSecrets: secrets.map((secret) => ({ name: secret })),
    },
    ...parts,
  };
}

/** A copy as the leader writes it of ORIGIN. */
const COPY = {
  name: "harbor-pull",
  text: JSON.stringify({
    auths: {
      "harbor.example.com": {
        username: "robot",
        password: MARK,
        auth: Buffer.from(`robot:${MARK}`).toString("base64"),
      },
    },
  }),
};

type Folder = { readonly config: string; write(file: string, objects: readonly unknown[]): string };

function folder(t: Test): Folder {
  const path = t.testdir({ "config.yaml": configText([HARBOR]), manifests: { deeper: {} } });
  return {
    config: join(path, "config.yaml"),
    write(file, objects) {
      const target = join(path, file);
      writeFileSync(target, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
      return target;
    },
  };
}

async function audit(
  args: readonly string[],
  input = "",
  env = {},
): Promise<{
  readonly code: number | null;
  readonly findings: readonly Finding[];
  readonly summary: object;
  readonly output: string;
}> {
  const { code, stdout, stderr } = await pullcred(["audit", ...args, "-o", "json"], input, env);
  const { findings, summary } = stdout === "" ? { findings: [], summary: {} } : JSON.parse(stdout);
  return { code, findings, summary, output: stdout + stderr };
}

const kindsOf = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).sort();

t.test(
  "the Pods of a folder are judged by the Secrets beside them, and no credential is shown",
  async (t) => {
    const { config, write } = folder(t);
    write("manifests/deeper/pods.yaml", [
      pod("good", "team-a", ["harbor-pull"]),
      pod("made-before", "team-a", [], { status: RUNNING }),
      pod("gone", "team-a", ["harbor-pull", "gone"]),
      pod("foreign", "team-f", ["harbor-pull"]),
      pod("broken", "team-b", ["harbor-pull"]),
      pod("stale", "team-s", ["harbor-pull"]),
    ]);
    write("manifests/secrets.json", [
      ORIGIN,
      pullSecretOf(COPY.name, COPY.text, { isCopy: true }),
      pullSecret("harbor-pull", ["harbor.example.com"], { namespace: "team-f" }),
      pullSecretOf("harbor-pull", `{"auths":{"https://u:${MARK}@a":{"auth":"${MARK}!"}}}`, {
        namespace: "team-b",
        isCopy: true,
      }),
      pullSecret("harbor-pull", ["harbor.example.com"], { namespace: "team-s", isCopy: true }),
    ]);
    const path = join(write("manifests/x.txt", ["not read"]), "..");
    const { code, findings, summary, output } = await audit(["--config", config, "-f", path]);
    t.same(kindsOf(findings), [
      "CachedImage team-a/made-before",
      "NotInjected team-a/made-before",
      "PullSecretBroken team-b/broken",
      "PullSecretForeign team-f/foreign",
      "PullSecretMissing team-a/gone",
      "PullSecretStale team-b/broken",
      "PullSecretStale team-s/stale",
    ]);
    t.equal(code, 1);
    t.match(summary, {
      pods: 6,
      error: 1,
      warning: 6,
      info: 0,
      kinds: { NotInjected: 1, PullSecretStale: 2 },
    });
    t.same(Object.keys(findings[0] ?? {}), [
      "kind",
      "severity",
      "namespace",
      "name",
      "owner",
      "mapping",
      "secretName",
      "image",
      "message",
      "remedy",
    ]);
    const people = await pullcred(["audit", "--config", config, "-f", path]);
    t.match(people.stdout, /^error +PullSecretBroken .*auths\["https:\/\/a"\]\.auth is not base64/m);
    t.match(people.stdout, /6 Pods: 1 error, 6 warnings, 0 notes\n$/);
    for (const text of [output, people.stdout, people.stderr]) {
      t.notMatch(text, MARK);
      t.notMatch(text, Buffer.from(MARK).toString("base64").slice(0, -2));
    }
  },
);

t.test("Pods of one owner are one line for people", async (t) => {
  const { config } = folder(t);
  const pods = Array.from({ length: 30 }, (_, index) => pod(`shop-${index}`, "team-a", []));
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: pods });
  const { code, stdout } = await pullcred(["audit", "--config", config, "-f", "-"], input);
  t.equal(code, 1);
  t.match(stdout, /^warning +NotInjected +team-a +ReplicaSet\/shop +30 .* \(such as shop-0\)/m);
  t.equal(stdout.split("\n").filter((line) => line.includes("NotInjected")).length, 1);
});

t.test("where there is nothing but notes, the exit code is 0", async (t) => {
  const { config, write } = folder(t);
  const file = write("pod.yaml", [pod("good", "team-a", ["harbor-pull"])]);
  const { code, findings } = await audit(["--config", config, "-f", file]);
  t.equal(code, 0);
  t.match(findings, [{ kind: "NotRead", severity: "info", message: /hold no Secret/ }]);
  const people = await pullcred(["audit", "--config", config, "-f", file]);
  t.match(people.stdout, /^1 Pod: 0 errors, 0 warnings, 1 note\n$/m);
});

t.test("the Pods of a cluster come in pages, and each Secret is looked for once", async (t) => {
  const { config, write } = folder(t);
  const PODS = 1_300;
  const objects: Readonly<Record<string, readonly unknown[]>> = {
    "/api/v1/namespaces": ["pullcred", "team-a"].map((name) => ({ metadata: { name } })),
    "/api/v1/serviceaccounts": [{ metadata: { name: "default", namespace: "team-a" } }],
    "/api/v1/secrets?type=kubernetes.io/dockerconfigjson": [
      pullSecretOf(COPY.name, COPY.text, { isCopy: true }),
    ],
    "/api/v1/secrets?type=kubernetes.io/dockercfg": [],
  };
  const pods = "/api/v1/pods?status.phase!=Succeeded,status.phase!=Failed";
  const lists = Object.entries(objects).map(([path, items]) => [
    path,
    { count: items.length, at: (i: number) => items[i] },
  ]);
  const named = (index: number): readonly string[] =>
    index % 2 === 0 ? ["harbor-pull"] : ["harbor-pull", "gone"];
  const server = await startListServer({
    ...Object.fromEntries(lists),
    [pods]: { count: PODS, at: (index) => pod(`shop-${index}`, "team-a", named(index)) },
  });
  t.teardown(server.stop);
  const KUBECONFIG = write("kubeconfig", []);
  writeFileSync(KUBECONFIG, server.kubeconfig);
  const { code, findings, summary } = await audit(["--config", config], "", { KUBECONFIG });
  t.equal(code, 1);
  t.match(summary, { pods: PODS, error: 1, warning: PODS / 2 });
  t.match(findings[0], { kind: "OriginMissing", mapping: "harbor" });
  t.equal(findings.filter(({ kind }) => kind === "PullSecretMissing").length, PODS / 2);
  const paths = server.requests.map((url) => new URL(url, "http://x").pathname);
  t.equal(paths.filter((path) => path === "/api/v1/pods").length, 3);
  t.equal(paths.filter((path) => path.endsWith("/secrets/gone")).length, 1);
  t.ok(server.requests.every((url) => !url.includes("/pods") || url.includes("limit=500")));
});

t.test("what there is no right to is told, and only Pods are indispensable", async (t) => {
  const { config, write } = folder(t);
  const pods = "/api/v1/namespaces/team-a/pods";
  const place = "/api/v1/namespaces/team-a";
  const forbidden = new Set([
    place,
    `${place}/secrets`,
    `${place}/serviceaccounts`,
    "/api/v1/namespaces/pullcred/secrets/harbor-creds",
  ]);
  const lists = {
    [`${pods}?status.phase!=Succeeded,status.phase!=Failed`]: {
      count: 1,
      at: () => pod("shop", "team-a", ["mine"]),
    },
  };
  const server = await startListServer(lists, forbidden);
  const blind = await startListServer(lists, new Set([...forbidden, pods]));
  t.teardown(server.stop);
  t.teardown(blind.stop);
  const KUBECONFIG = write("kubeconfig", []);
  writeFileSync(KUBECONFIG, server.kubeconfig);
  const { code, findings } = await audit(["--config", config, "-n", "team-a"], "", { KUBECONFIG });
  t.equal(code, 1);
  t.same(kindsOf(findings), [
    "NotInjected team-a/shop",
    "NotRead null/null",
    "NotRead null/null",
    "NotRead null/null",
    "NotRead pullcred/null",
  ]);
  writeFileSync(KUBECONFIG, blind.kubeconfig);
  const refused = await audit(["--config", config, "-n", "team-a"], "", { KUBECONFIG });
  t.equal(refused.code, 2);
  t.match(
    refused.output,
    /^pullcred: could not read the Pods: .*403/,
    "no half of a JSON document comes first",
  );
});

t.test("wrong use and unreadable input end with 2 and a remedy", async (t) => {
  const { config, write } = folder(t);
  const file = write("bad.yaml", [{ apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: 1 }]);
  const rows: readonly (readonly [readonly string[], RegExp])[] = [
    [["--cluster", "-f", file], /--cluster and -f are two inputs/],
    [["-f", file], /bad\.yaml:1:\d+: could not read Pod a: Pod\.spec must be an object/],
    [["-f", "/none.yaml"], /could not read \/none\.yaml: there is no such file/],
    [["-f", join(file, "..", "manifests")], /has no file that ends in \.yaml, \.yml or \.json/],
    [["-f", "-", "-f", "-"], /could not read standard input twice/],
    [["-n", "Not_A_Name"], /lower-case letters/],
  ];
  for (const [args, message] of rows) {
    const { code, stdout, stderr } = await pullcred(["audit", "--config", config, ...args]);
    t.equal(code, 2, args.join(" "));
    t.match(stderr, message, args.join(" "));
    t.equal(stdout, "", args.join(" "));
  }
  const lost = await pullcred(["audit", "--config", config], "", { KUBECONFIG: "/none", HOME: "/none" });
  t.equal(lost.code, 2);
  t.match(lost.stderr, /could not find the cluster/);
});

t.test("the document lists what there is to find", async (t) => {
  const document = readFileSync(join(ROOT, "docs", "audit.md"), "utf8");
  const rows = [...document.matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind);
  t.same(rows.sort(), [...Object.values(FindingKind), ...Object.values(TrapKind)].sort());
});
