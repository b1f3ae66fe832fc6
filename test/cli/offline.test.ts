import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { pullcred, ROOT } from "../builders/cli.ts";

const CONFIG = join(ROOT, "examples", "standalone", "config.yaml");

async function json(args: readonly string[], input = ""): Promise<{ code: number | null; value: unknown }> {
  const { code, stdout, stderr } = await pullcred([...args, "-o", "json"], input);
  t.equal(stderr, "", args.join(" "));
  return { code, value: JSON.parse(stdout) };
}

t.test("explain tells how an image is read and served", async (t) => {
  const image = "harbor.example.com/team-a/shop:1.4.2";
  const { code, value } = await json([
    "explain",
    "--config",
    CONFIG,
    "-n",
    "team-a",
    image,
    "acme/app",
    "Not Valid",
  ]);
  t.equal(code, 1);
  t.match(value, {
    images: [
      {
        image,
        reference: { registry: "harbor.example.com", repository: "team-a/shop", tag: "1.4.2", digest: null },
        error: null,
        matches: [{ mapping: "harbor", pattern: "harbor.example.com", secretName: "harbor-pull" }],
      },
      {
        reference: { registry: "docker.io", repository: "acme/app", tag: "latest" },
        matches: [{ mapping: "hub", pattern: "docker.io/acme/", secretName: "pullcred-hub" }],
      },
      { image: "Not Valid", reference: null, error: /invalid reference format/, matches: [] },
    ],
  });
  const elsewhere = await json(["explain", "--config", CONFIG, "-n", "other", image]);
  t.equal(elsewhere.code, 0);
  t.match(elsewhere.value, { images: [{ matches: [], excluded: [{ mapping: "harbor" }] }] });
});

t.test("explain speaks to people", async (t) => {
  const { code, stdout } = await pullcred([
    "explain",
    "--config",
    CONFIG,
    "harbor.example.com/a",
    "quay.io/b@nonsense",
  ]);
  t.equal(code, 1);
  t.match(stdout, "mapping harbor matches harbor.example.com, but not for namespace default");
  t.match(stdout, "not a valid image reference");
});

t.test("lint tells every issue with its place", async (t) => {
  const text = "apiVersion: pullcred.dev/v1\nkind: Config\nregistries:\n- name: A_b\n  matchImage: [x]\n";
  const { code, value } = await json(["lint", "--config", "-"], text);
  t.equal(code, 1);
  const { issues } = value as { issues: readonly { path: string; severity: string; line: number }[] };
  t.same(
    issues.map(({ path, severity, line }) => [path, severity, line]),
    [
      ["registries[0].credentials", "error", 4],
      ["registries[0].matchImages", "error", 4],
      ["registries[0].name", "error", 4],
      ["registries[0].matchImage", "error", 5],
    ],
  );
  const people = await pullcred(["lint", "--config", "-"], text);
  t.match(people.stdout, /^-:4:9: error: registries\[0\]\.name: /m);
  t.same(await json(["lint", "--config", CONFIG]), { code: 0, value: { issues: [] } });
});

t.test("inject changes what needs it, from a file or standard input", async (t) => {
  const file = join(ROOT, "examples", "deployment.yaml");
  const text = readFileSync(file, "utf8");
  const expected = text.replace(
    "      containers:\n        - name: shop",
    "      imagePullSecrets:\n        - name: harbor-pull\n      containers:\n        - name: shop",
  );
  t.same(await pullcred(["inject", "--config", CONFIG, "-f", file]), {
    code: 0,
    stdout: expected,
    stderr: "",
  });
  t.equal((await pullcred(["inject", "--config", CONFIG], text)).stdout, expected);
  t.equal(
    (await pullcred(["inject", "--config", CONFIG, "-f", file, "-f", "-"], text)).stdout,
    `${expected}---\n${expected}`,
  );
  t.match((await json(["inject", "--config", CONFIG, "-f", file])).value, {
    injected: [{ file, kind: "Deployment", name: "shop", namespace: "team-a", secrets: ["harbor-pull"] }],
    text: expected,
  });
});

t.test("inject keeps to the namespace that is given where a manifest names none", async (t) => {
  const pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: harbor.example.com/a\n";
  t.equal((await pullcred(["inject", "--config", CONFIG], pod)).stdout, pod);
  t.match((await pullcred(["inject", "--config", CONFIG, "-n", "team-b"], pod)).stdout, "harbor-pull");
});

t.test("wrong use and unreadable input end with 2, a remedy and no stack trace", async (t) => {
  const rows: readonly (readonly [readonly string[], string, RegExp])[] = [
    [[], "", /Usage: pullcred/],
    [["lnt"], "", /unknown command 'lnt'\n\(Did you mean lint\?\)/],
    [["constructor"], "", /unknown command 'constructor'\nRun "pullcred --help" for the commands\./],
    [["toString"], "", /unknown command 'toString'/],
    [["__proto__"], "", /unknown command '__proto__'/],
    [["lint"], "", /required option '-c, --config <file>'/],
    [["lint", "--config", "/none.yaml"], "", /could not read \/none\.yaml: there is no such file/],
    [["lint", "--config", "/"], "", /could not read \/: it is a directory/],
    [["explain", "--config", CONFIG], "", /missing required argument 'image'/],
    [["explain", "--config", CONFIG, "-n", "Not_A_Name", "x"], "", /lower-case letters/],
    [["explain", "--config", CONFIG, "--namespace-labels", "x", "y"], "", /key=value/],
    [["explain", "--config", "-", "x"], "kind: [", /could not use the configuration/],
    [["explain", "--config", CONFIG, "-o", "xml", "x"], "", /Allowed choices are text, json/],
    [["inject", "--config", CONFIG], "a: [", /standard input:1:\d+: /],
    [
      ["inject", "--config", CONFIG],
      "apiVersion: v1\nkind: Pod\nspec: {containers: x}\n",
      /could not read Pod: Pod.spec.containers must be a list/,
    ],
  ];
  for (const [args, input, message] of rows) {
    const { code, stdout, stderr } = await pullcred(args, input);
    t.equal(code, 2, args.join(" "));
    t.match(stderr, message, args.join(" "));
    t.equal(stdout, "", args.join(" "));
    t.notMatch(stderr, /\n\s+at /, "no stack trace");
  }
});

t.test("help teaches, and is no error", async (t) => {
  for (const args of [
    ["--help"],
    ["serve", "--help"],
    ["explain", "--help"],
    ["inject", "--help"],
    ["lint", "--help"],
    ["import", "--help"],
    ["verify", "--help"],
    ["audit", "--help"],
    ["prepull", "--help"],
    ["credential-provider", "--help"],
  ]) {
    const { code, stdout } = await pullcred(args);
    t.equal(code, 0, args.join(" "));
    t.match(stdout, /Usage: pullcred/, args.join(" "));
  }
});

t.test("the version is the package's", async (t) => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  t.same(await pullcred(["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
});
