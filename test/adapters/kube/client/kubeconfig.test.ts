import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import t, { type Test } from "tap";
import { chooseAccess } from "../../../../src/adapters/kube/client/choose-access.ts";
import { namesKubeconfig } from "../../../../src/adapters/kube/client/kubeconfig-files.ts";

const IN_A_POD = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };

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
  const { server, headers } = await chooseAccess({ KUBECONFIG: files.join(delimiter) })();
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
    const { server, headers } = await chooseAccess({ KUBECONFIG: files.join(delimiter) })();
    t.same([server.href, headers.authorization], [address, `Bearer ${token}`]);
  }
});

t.test("files of which none is there are named, with the remedy", async (t) => {
  const files = write(t, undefined, undefined);
  await t.rejects(chooseAccess({ ...IN_A_POD, KUBECONFIG: files.join(delimiter) })(), {
    code: "ClusterUnreachable",
    message: `could not find the cluster: there is no kubeconfig ${files.join(" or ")}: set KUBECONFIG, or add --standalone`,
  });
});

t.test("an empty KUBECONFIG is none", async (t) => {
  for (const KUBECONFIG of ["", delimiter, undefined]) {
    const environment = KUBECONFIG === undefined ? {} : { KUBECONFIG };
    t.notOk(namesKubeconfig(environment));
    // A Pod stays one: what is missing here is its token, not a kubeconfig.
    await t.rejects(chooseAccess({ ...IN_A_POD, ...environment })(), { message: /service account's token/ });
  }
  t.ok(namesKubeconfig({ KUBECONFIG: "/x" }));
});

t.test("where nothing is named, the one in the home folder is looked for", async (t) => {
  process.env.HOME = t.testdir();
  const home = join(homedir(), ".kube", "config");
  for (const environment of [{}, { KUBECONFIG: "" }])
    await t.rejects(chooseAccess(environment)(), { message: new RegExp(`no kubeconfig ${home}:`) });
});
