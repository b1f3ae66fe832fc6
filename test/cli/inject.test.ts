import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { type Ended, pullcred, ROOT } from "../builders/cli.ts";

const CONFIG = join(ROOT, "examples", "standalone", "config.yaml");
const folder = t.testdir({});
const POD = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: harbor.example.com/a\n";
const INJECTED = POD.replace("  containers", "  imagePullSecrets:\n    - name: harbor-pull\n  containers");
const JSON_POD =
  '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"harbor.example.com/a"}]}}\n';
const JSON_INJECTED = JSON_POD.replace(
  '"containers"',
  '"imagePullSecrets":[{"name":"harbor-pull"}],"containers"',
);

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function inject(args: readonly string[], input = ""): Promise<Ended> {
  return await pullcred(["inject", "--config", CONFIG, "-n", "team-a", ...args], input);
}

t.test("a byte order mark stays, from a file and from standard input", async (t) => {
  const text = `\ufeff${POD}`;
  const path = file("bom.yaml", text);
  for (const [args, input] of [
    [["-o", "json", "-f", path], ""],
    [["-o", "json"], text],
  ] as const) {
    const { code, stdout } = await inject(args, input);
    t.equal(code, 0);
    t.equal(JSON.parse(stdout).text, `\ufeff${INJECTED}`);
  }
});

t.test("text that is not UTF-8 is refused, not damaged", async (t) => {
  const latin1 = file("latin1.yaml", Buffer.from(`${POD}# caf\u00e9\n`, "latin1"));
  const { code, stdout, stderr } = await inject(["-f", latin1]);
  t.same([code, stdout], [2, ""]);
  t.equal(stderr, `pullcred: could not read ${latin1}: line 6 is not UTF-8 text: save the file as UTF-8\n`);
});

t.test("a config may start with a byte order mark", async (t) => {
  const config = file("config.yaml", `\ufeffapiVersion: pullcred.dev/v1\nkind: Config\nregistries: []\n`);
  t.match(await pullcred(["lint", "--config", config]), {
    code: 0,
    stdout: /warning: registries: has no item/,
  });
});

t.test("several files become one stream of what they are", async (t) => {
  const yaml = file("pod.yaml", POD);
  const json = file("pod.json", JSON_POD);
  const directive = file("directive.yaml", `%YAML 1.2\n---\n${POD}`);
  const rows: readonly (readonly [readonly string[], string])[] = [
    [[json, json], `${JSON_INJECTED}${JSON_INJECTED}`],
    [[json, yaml], `${JSON_INJECTED}---\n${INJECTED}`],
    [[yaml, directive], `${INJECTED}...\n%YAML 1.2\n---\n${INJECTED}`],
  ];
  for (const [files, expected] of rows) {
    const { code, stdout } = await inject(files.flatMap((path) => ["-f", path]));
    t.same([code, stdout], [0, expected]);
    t.match(await inject([], stdout), { code: 0, stdout }, "which inject reads again, and leaves as it is");
  }
});

t.test("standard input is not read twice", async (t) => {
  for (const args of [
    ["--config", "-"],
    ["--config", "-", "-f", "-"],
    ["--config", CONFIG, "-f", "-", "-f", "-"],
  ]) {
    const { code, stdout, stderr } = await pullcred(["inject", ...args], POD);
    t.same([code, stdout], [2, ""], args.join(" "));
    t.match(stderr, /could not read standard input twice/, args.join(" "));
  }
  const config = "apiVersion: pullcred.dev/v1\nkind: Config\nregistries: []\n";
  const once = await pullcred(["inject", "--config", "-", "-f", file("once.yaml", POD)], config);
  t.same([once.code, once.stdout], [0, POD]);
});

t.test("all that is wrong with Pods is listed, each with its place", async (t) => {
  const deployment =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n" +
    "      containers:\n      - image: x\n      - # nothing\n";
  const numeric = POD.replace("harbor.example.com/a", "5");
  const { code, stderr } = await inject([], `${numeric}---\n${deployment}`);
  t.equal(code, 2);
  t.same(stderr.split("\n"), [
    "pullcred: could not change the manifests:",
    "standard input:5:14: could not read Pod: Pod.spec.containers[0].image must be a string",
    "standard input:15:7: could not read Deployment d: Pod.spec.containers[1] must be an object",
    "",
  ]);
});

t.test("what operators pull ahead is decided as a Pod would be", async (t) => {
  const job =
    "apiVersion: apps.kruise.io/v1alpha1\nkind: ImagePullJob\nmetadata:\n  name: shop\n" +
    "spec:\n  image: harbor.example.com/shop:1\n";
  const injected = job.replace("  image", "  pullSecrets:\n    - harbor-pull\n  image");
  const inNamespace = (text: string): string => text.replace("name: shop", "name: shop\n  namespace: team-b");
  const elsewhere = job.replace("harbor.example.com", "quay.io");
  const optedOut = job.replace("name: shop", 'name: shop\n  labels: {pullcred.dev/inject: "false"}');
  const rows = [
    [job, [], injected],
    [job, ["-n", "elsewhere"], job],
    [inNamespace(job), ["-n", "elsewhere"], inNamespace(injected)],
    [elsewhere, [], elsewhere],
    [optedOut, [], optedOut],
  ] as const;
  for (const [text, args, stdout] of rows) t.match(await inject(args, text), { code: 0, stdout }, text);
});
