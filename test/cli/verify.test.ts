import { join } from "node:path";
import t from "tap";
import { pullcred, ROOT } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { type Asked, MANIFEST, type RegistryReply, registryServer } from "../builders/registry-server.ts";
import { verdicts, verifyFolder } from "../builders/verify-folder.ts";

const RIGHT = `Basic ${Buffer.from("robot:right").toString("base64")}`;
const [BEGIN, END] = ["-----BEGIN CERTIFICATE-----\n", "\n-----END CERTIFICATE-----\n"];
const CONFIG = join(ROOT, "examples", "standalone", "config.yaml");

/** Lets in the robot, who may pull all but what is hidden. */
function serve({ path, authorization }: Asked): RegistryReply {
  if (authorization !== RIGHT) return { status: 401, headers: { "www-authenticate": 'Basic realm="test"' } };
  if (path.includes("hidden") || path.includes("none"))
    return { status: path.includes("hidden") ? 403 : 404 };
  return MANIFEST;
}

const registry = await registryServer(t, serve);
const { host } = registry;
const HARBOR = {
  name: "harbor",
  matchImages: [host],
  secretName: "harbor-pull",
  namespaces: { include: ["team-*"] },
};
const LOGIN = { [host]: "robot:right" };

t.test("each mapping's credential is tried", async (t) => {
  const folder = verifyFolder(t, [HARBOR, { name: "hub", matchImages: [`${host}/hub`] }]);
  folder.login("harbor", LOGIN);
  const { code, results, stderr } = await folder.verify([]);
  t.same(results, [
    {
      ...{ image: null, registry: host, mapping: "harbor", secretName: "harbor-pull", key: host },
      ...{ verdict: "Works", detail: `${host} lets the credential in; no pull was tried` },
    },
    {
      ...{ image: null, registry: null, mapping: "hub", secretName: "pullcred-hub", key: null },
      verdict: "NoCredential",
      detail: "there is no credential: there is no Secret hub-creds in namespace pullcred: create it",
    },
  ]);
  t.same([code, stderr], [1, ""]);
  t.same(
    verdicts(await folder.verify(["-n", "outside"])),
    ["NoCredential"],
    "only what the namespace may have",
  );
  folder.login("hub", LOGIN);
  t.equal((await folder.verify([])).code, 0);
});

t.test("images are tried with what their namespace may have", async (t) => {
  const folder = verifyFolder(t, [HARBOR]);
  folder.login("harbor", LOGIN);
  const rows = [
    [[`${host}/shop`], ["Works"], 0],
    [["-n", "team-a", `${host}/shop`], ["Works"], 0],
    [["-n", "outside", `${host}/shop`], ["NoCredential"], 1],
    [["-n", "pullcred", `${host}/shop`], ["NoCredential"], 1],
    [[`${host}/hidden`, `${host}/none`, `${host}/shop`], ["NoPullRight", "NotFound", "Works"], 1],
    [["Not Valid"], ["InvalidImage"], 1],
  ] as const;
  for (const [args, expected, code] of rows) {
    const verified = await folder.verify(args);
    t.same([verdicts(verified), verified.code], [expected, code], args.join(" "));
  }
});

t.test("labels of a namespace come from its manifest, or the command line", async (t) => {
  const namespaces = { selector: { matchLabels: { tier: "app" } } };
  const folder = verifyFolder(t, [{ ...HARBOR, namespaces }]);
  folder.login("harbor", LOGIN);
  const args = ["-n", "team-a", `${host}/shop`];
  t.same(verdicts(await folder.verify(args)), ["NoCredential"]);
  t.same(verdicts(await folder.verify(["--namespace-labels", "tier=app", ...args])), ["Works"]);
  const metadata = { name: "team-a", labels: { tier: "app" } };
  const manifest = { apiVersion: "v1", kind: "Namespace", metadata };
  folder.write("data/namespaces/team-a.yaml", JSON.stringify(manifest));
  t.same(verdicts(await folder.verify(args)), ["Works"]);
});

t.test(
  "a docker config.json is read where the command runs, and needs neither cluster nor directory",
  async (t) => {
    const folder = verifyFolder(t, []);
    const auths = { [host]: { auth: Buffer.from("robot:right").toString("base64") } };
    const path = folder.write("config.json", JSON.stringify({ auths }));
    const config = folder.write(
      "file.yaml",
      configText([{ name: "file", matchImages: [host], credentials: { configFile: { path } } }]),
    );
    const nowhere = { KUBECONFIG: "/none", HOME: folder.path };
    const { code, stdout } = await pullcred(["verify", "--config", config, "-o", "json"], "", nowhere);
    t.match(JSON.parse(stdout), { results: [{ mapping: "file", key: host, verdict: "Works" }] });
    t.equal(code, 0);
  },
);

t.test("a registry that hangs costs no more than the timeout", async (t) => {
  const hanging = await registryServer(t, () => "hang");
  const folder = verifyFolder(t, [{ name: "slow", matchImages: [hanging.host] }]);
  folder.login("slow", { [hanging.host]: "robot:right" });
  const { results } = await folder.verify(["--timeout", "0.2"]);
  t.match(results, [{ verdict: "Inconclusive", detail: `${hanging.host} did not answer within 0.2 s` }]);
});

t.test("people get a table", async (t) => {
  const folder = verifyFolder(t, [HARBOR]);
  folder.login("harbor", LOGIN);
  const { stdout } = await folder.print([`${host}/shop`, `${host}/none`, "bad\u001b[2Jimage"]);
  const lines = stdout.split("\n");
  t.match(lines[0], /^VERDICT {7}IMAGE OR REGISTRY +MAPPING +SECRET +KEY +DETAIL$/);
  t.match(lines[1], /^Works {9}\S+\/shop +harbor +harbor-pull +\S+ +\S+ gave the manifest$/);
  t.match(lines[2], /^NotFound +\S+\/none /);
  t.match(lines[3], /^InvalidImage +bad\\u001b\[2Jimage +- +- +- /);
  t.equal(lines[5], "1 of 3 work");
  t.match((await folder.print(["-f", "/dev/null"])).stdout, "nothing to verify\n");
});

t.test("no credential is shown, whatever becomes of it", async (t) => {
  const MARK = "Tr0ub4dor";
  const encoded = Buffer.from(`robot:${MARK}`).toString("base64").slice(0, -4);
  const folder = verifyFolder(t, [HARBOR]);
  folder.login("harbor", {
    [host]: `robot:${MARK}\n`,
    [`https://bob:${MARK}@${host}/shop`]: `robot:${MARK}`,
    "nowhere.invalid": `robot:${MARK}`,
  });
  const runs = [
    await folder.print([]),
    await folder.print([`${host}/shop/app`]),
    await folder.verify([`${host}/shop/app`]),
    await folder.verify([]),
  ];
  t.match(runs[1]?.stdout, /WrongCredentials .*the password ends in a line break/);
  for (const { stdout, stderr } of runs) {
    for (const trace of [MARK, encoded]) t.notOk((stdout + stderr).includes(trace));
  }
});

t.test("wrong use and unreadable input end with 2, a remedy and no stack trace", async (t) => {
  const folder = verifyFolder(t, [HARBOR]);
  const common = ["--config", folder.config];
  const data = ["--data-dir", join(folder.path, "data")];
  const rows: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /required option '-c, --config <file>'/],
    [["--config", "/none.yaml"], /there is no such file/],
    [[...common, "--data-dir", "/none"], /could not use --data-dir \/none: there is no such directory/],
    [[...common, ...data, "--cluster"], /--data-dir stands for a cluster/],
    [[...common, ...data, "--ca-file", "/none.pem"], /could not read \/none\.pem/],
    [[...common, ...data, "--ca-file", folder.config], /does not hold certificates in PEM/],
    [
      [...common, ...data, "--ca-file", folder.write("ca", `${BEGIN}x${END}`)],
      /does not hold certificates in PEM/,
    ],
    [[...common, ...data, "--insecure-host", "https://x"], /a host with an optional port/],
    [[...common, ...data, "--timeout", "0"], /a number of seconds over 0/],
    [[...common, ...data, "--concurrency", "1.5"], /a whole number from 1 to 64/],
    [
      [...common, ...data, "-f", folder.write("bad.yaml", "a: [")],
      /could not read the manifests:\n.*bad\.yaml:1:\d+: /,
    ],
    [
      [
        ...common,
        ...data,
        "-f",
        folder.write("odd.yaml", "apiVersion: v1\nkind: Pod\nspec: {containers: x}\n"),
      ],
      /odd\.yaml:3:20: could not read Pod: Pod\.spec\.containers must be a list/,
    ],
    [
      [
        ...common,
        ...data,
        "-f",
        folder.write("text.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: text\n"),
      ],
      /text\.yaml:4:7: could not read Pod shop: Pod\.spec must be an object/,
    ],
    [
      [...common, ...data, "-f", join(folder.path, "data")],
      /could not read \S+data: the folder has no file that ends in \.yaml, \.yml or \.json/,
    ],
    [["--config", "-", "-f", "-"], /could not read standard input twice/],
    [common, /could not find the cluster: there is no kubeconfig .*: set KUBECONFIG, or give --data-dir/],
    [[...common, ...data, "-n", "Not_A_Name"], /lower-case letters/],
  ];
  const env = { KUBECONFIG: "", HOME: folder.path };
  for (const [args, message] of rows) {
    const { code, stdout, stderr } = await pullcred(["verify", ...args], "", env);
    t.same([code, stdout], [2, ""], args.join(" "));
    t.match(stderr, message, args.join(" "));
    t.notMatch(stderr, /\n\s+at /, "no stack trace");
  }
  const help = await pullcred(["verify", "--help"]);
  t.match(help.stdout, /Usage: pullcred verify/);
  t.equal(help.code, 0);
});

t.test("the example is tried, and nothing can be learned of registries that are not there", async (t) => {
  const args = ["verify", "--config", CONFIG, "--data-dir", join(ROOT, "examples", "standalone", "data")];
  const { code, stdout } = await pullcred([...args, "--timeout", "5", "-o", "json"]);
  t.equal(code, 1);
  t.match(JSON.parse(stdout), {
    results: [
      { mapping: "harbor", registry: "harbor.example.com", verdict: "Inconclusive" },
      { mapping: "hub", registry: "docker.io", key: "https://index.docker.io/v1/" },
    ],
  });
});
