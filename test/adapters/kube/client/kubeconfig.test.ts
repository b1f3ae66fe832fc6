import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import t, { type Test } from "tap";
import { chooseAccess } from "../../../../src/adapters/kube/client/choose-access.ts";
import type { Access } from "../../../../src/adapters/kube/client/kube-connection.ts";
import { namesKubeconfig } from "../../../../src/adapters/kube/client/kubeconfig-files.ts";
import { makeSelfSigned } from "../../../../src/adapters/tls/self-signed.ts";
import { kubeconfigText } from "../../../builders/kubeconfig.ts";
import { installTokenPlugin } from "../../../builders/token-plugin.ts";

const { serving: pair } = await makeSelfSigned(["localhost"], Date.now(), 60_000);
const IN_A_POD = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };

function open(environment: NodeJS.ProcessEnv): Promise<Access> {
  return chooseAccess(environment, "add --standalone")();
}

/** Writes kubeconfigs, and returns their paths; one without text is missing. */
function write(t: Test, ...texts: readonly (string | undefined)[]): readonly string[] {
  const folder = t.testdir();
  mkdirSync(join(folder, "x"));
  return texts.map((text, index) => {
    const file = join(folder, `${index}.yaml`);
    if (text !== undefined) writeFileSync(file, text);
    return file;
  });
}

function cluster(name: string, server: string): string {
  return `clusters: [{name: ${name}, cluster: {server: "${server}"}}]`;
}

const HEAD = "apiVersion: v1\nkind: Config";
const WHOLE = [
  HEAD,
  cluster("c", "https://one.example.com"),
  "contexts: [{name: x, context: {cluster: c, user: u}}]",
  "users: [{name: u, user: {token: first}}]",
  "current-context: x",
].join("\n");

t.test("a file of several that is missing is passed over", async (t) => {
  const files = write(t, undefined, WHOLE, undefined);
  const { server, headers } = await open({ KUBECONFIG: files.join(delimiter) });
  t.equal(server.href, "https://one.example.com/");
  t.match(headers, { authorization: "Bearer first" });
});

t.test("of what several files say, the first counts, as in kubectl", async (t) => {
  const other = [
    HEAD,
    cluster("c", "https://two.example.com"),
    "contexts: [{name: x, context: {cluster: c, user: v}}, {name: y, context: {cluster: c, user: v}}]",
    "users: [{name: u, user: {token: second}}, {name: v, user: {token: third}}]",
    "current-context: y",
  ].join("\n");
  const [one = "", two = "", three = ""] = write(t, WHOLE, other, `${HEAD}\ncurrent-context: y`);
  const rows = [
    [[one, two], "https://one.example.com/", "first"],
    [[two, one], "https://two.example.com/", "third"],
    [[three, one, two], "https://one.example.com/", "third"],
  ] as const;
  for (const [files, address, token] of rows) {
    const { server, headers } = await open({ KUBECONFIG: files.join(delimiter) });
    t.same([server.href, headers.authorization], [address, `Bearer ${token}`]);
  }
});

t.test("files of which none is there are named, with the remedy", async (t) => {
  const files = write(t, undefined, undefined);
  await t.rejects(open({ ...IN_A_POD, KUBECONFIG: files.join(delimiter) }), {
    code: "ClusterUnreachable",
    message: `could not find the cluster: there is no kubeconfig ${files.join(" or ")}: correct KUBECONFIG, or add --standalone`,
  });
});

t.test("an empty KUBECONFIG is none", async (t) => {
  for (const KUBECONFIG of ["", delimiter, undefined]) {
    const environment = KUBECONFIG === undefined ? {} : { KUBECONFIG };
    t.notOk(namesKubeconfig(environment));
    // A Pod stays one: what is missing here is its token, not a kubeconfig.
    await t.rejects(open({ ...IN_A_POD, ...environment }), { message: /service account's token/ });
  }
  t.ok(namesKubeconfig({ KUBECONFIG: "/x" }));
});

t.test("where nothing is named, the one in the home folder is looked for", async (t) => {
  process.env.HOME = t.testdir();
  const home = join(homedir(), ".kube", "config");
  for (const environment of [{}, { KUBECONFIG: "" }])
    await t.rejects(open(environment), {
      message: new RegExp(`no kubeconfig ${home}: set KUBECONFIG, or add --standalone$`),
    });
});

t.test("what a user has goes into each request, however it is written", async (t) => {
  const folder = t.testdir({
    token: "from-file\n",
    "ca.crt": "a CA",
    "client.crt": pair.certificate,
    "client.key": pair.key,
  });
  const plugin = (name: string, status: object): object => {
    const script = `process.stdout.write(JSON.stringify({ status: ${JSON.stringify(status)} }))`;
    return {
      exec: { apiVersion: "client.authentication.k8s.io/v1", ...installTokenPlugin(folder, name, script) },
    };
  };
  const ECHO = { apiVersion: "client.authentication.k8s.io/v1" };
  installTokenPlugin(
    folder,
    "echo",
    `const { apiVersion, spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    const token = [...process.argv.slice(2), process.env.GIVEN, apiVersion, spec.interactive].join(" ");
    process.stdout.write(JSON.stringify({ status: { token } }));`,
  );
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const { certificate: cert, key } = pair;
  const rows: readonly (readonly [string, object, Access["headers"], object])[] = [
    ["nothing", {}, {}, {}],
    ["empty fields", { token: "", "client-key": "" }, {}, {}],
    ["a token", { token: "t" }, { authorization: "Bearer t" }, {}],
    [
      "a token file, which wins",
      { token: "t", tokenFile: "token" },
      { authorization: "Bearer from-file" },
      {},
    ],
    ["a password", { username: "a", password: "b" }, { authorization: `Basic ${base64("a:b")}` }, {}],
    [
      "somebody else",
      { token: "t", as: "jane" },
      { authorization: "Bearer t", "impersonate-user": "jane" },
      {},
    ],
    [
      "files",
      { "client-certificate": "client.crt", "client-key": join(folder, "client.key") },
      {},
      { cert, key },
    ],
    [
      "data, which wins over a file",
      {
        "client-certificate-data": base64(cert),
        "client-certificate": "none",
        "client-key-data": base64(key),
      },
      {},
      { cert, key },
    ],
    ["a plugin", plugin("token-plugin", { token: "p" }), { authorization: "Bearer p" }, {}],
    [
      "a plugin with a certificate",
      plugin("certificate-plugin", { clientCertificateData: cert, clientKeyData: key }),
      {},
      { cert, key },
    ],
    [
      "a plugin by a path from the kubeconfig, with arguments, variables and what it is told",
      { exec: { ...ECHO, command: "./echo", args: ["a", 1], env: [{ name: "GIVEN", value: "b" }] } },
      { authorization: "Bearer a 1 b client.authentication.k8s.io/v1 false" },
      {},
    ],
    ["a token, for which no plugin is asked", { token: "t", exec: {} }, { authorization: "Bearer t" }, {}],
  ];
  const file = join(folder, "kubeconfig");
  for (const [what, user, headers, tls] of rows) {
    writeFileSync(file, kubeconfigText({ user, cluster: { "certificate-authority": "ca.crt" } }));
    const access = await open({ KUBECONFIG: file });
    t.same({ headers: access.headers, tls: access.tls }, { headers, tls: { ca: "a CA", ...tls } }, what);
  }
});

t.test("a cluster says how it is trusted", async (t) => {
  const file = join(t.testdir(), "kubeconfig");
  const rows: readonly (readonly [object, object])[] = [
    [{}, {}],
    [
      { "certificate-authority-data": "YSBDQQ==", "tls-server-name": "api" },
      { ca: "a CA", servername: "api" },
    ],
    [{ "insecure-skip-tls-verify": true, server: "http://127.0.0.1:1" }, { rejectUnauthorized: false }],
    [{ "insecure-skip-tls-verify": false }, {}],
  ];
  for (const [cluster, tls] of rows) {
    writeFileSync(file, kubeconfigText({ cluster, context: { cluster: "c" } }));
    t.same((await open({ KUBECONFIG: file })).tls, tls);
  }
});

t.test("YAML is read as kubectl reads it: with anchors, merge keys and a byte order mark", async (t) => {
  const file = join(t.testdir(), "kubeconfig");
  const lines = WHOLE.replace("user: {token: first}", "user: {<<: *basis, token: first}").split("\n");
  writeFileSync(file, `\uFEFFx-basis: &basis {as: jane}\n${lines.join("\n")}`);
  const { headers } = await open({ KUBECONFIG: file });
  t.same(headers, { authorization: "Bearer first", "impersonate-user": "jane" });
});
