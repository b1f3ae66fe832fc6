import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { parseConfig } from "../../src/core/config/parse-config.ts";
import { pullcred, ROOT } from "../builders/cli.ts";

const EXAMPLES = join(ROOT, "examples", "migrate");
/** Every credential of this test contains it. */
const MARK = "Tr0ub4dor";
const ENCODED = Buffer.from(`robot:${MARK}`).toString("base64");
const folder = t.testdir({});

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const LOGIN = { auths: { "a.example.com": { username: "robot", password: MARK, auth: ENCODED } } };

t.test("the configuration is printed as YAML, or as JSON with what is left to do", async (t) => {
  const path = file("config.json", LOGIN);
  const yaml = await pullcred(["import", "-f", path]);
  t.same([yaml.code, yaml.stderr], [0, ""]);
  const parsed = parseConfig(yaml.stdout);
  t.match(parsed, { ok: true, warnings: [] });
  const json = await pullcred(["import", "-f", path, "-o", "json"]);
  t.same([json.code, json.stderr], [0, ""]);
  const { config, notes, steps } = JSON.parse(json.stdout);
  t.same(config, {
    apiVersion: "pullcred.dev/v1",
    kind: "Config",
    registries: [
      {
        name: "docker-config",
        matchImages: ["a.example.com"],
        credentials: { secretRef: { name: "docker-config-creds" } },
      },
    ],
  });
  t.same(notes, []);
  t.match(steps, [{ path, command: new RegExp(`--from-file=.dockerconfigjson=${RegExp.escape(path)}$`) }]);
  t.match(yaml.stdout, steps[0].command);
});

t.test("a file's name is quoted where a shell would read it as more than a word", async (t) => {
  const { stdout } = await pullcred(["import", "-f", file("it's mine $(x).json", LOGIN)]);
  t.match(stdout, `'--from-file=.dockerconfigjson=${folder}/it'\\''s mine $(x).json'\n`);
});

t.test("standard input is read where no file is named, and files come together", async (t) => {
  const text = JSON.stringify(LOGIN);
  const piped = await pullcred(["import"], text);
  t.match(piped, { code: 0, stdout: /--from-file=.dockerconfigjson=FILE\n/ });
  const several = await pullcred(
    ["import", "-f", "-", "-f", join(EXAMPLES, "tcr-values.yaml"), "-o", "json"],
    text,
  );
  t.equal(JSON.parse(several.stdout).config.registries.length, 2);
  t.match(await pullcred(["import", "-f", "-", "-f", "-"], text), {
    code: 2,
    stderr: /standard input twice/,
  });
});

t.test("exit code 1 tells that something could not be carried over", async (t) => {
  const path = file("deployment.yaml", "kind: Deployment\nmetadata: {name: web}\n");
  const yaml = await pullcred(["import", "-f", path]);
  t.equal(yaml.code, 1);
  t.match(yaml.stdout, "# Not carried over:\n");
  const { code, stdout } = await pullcred(["import", "-f", path, "-o", "json"]);
  t.equal(code, 1);
  t.match(JSON.parse(stdout).notes, [
    { path: `${path}: Deployment web`, message: /is nothing that import knows/ },
  ]);
});

t.test("wrong use and unreadable input end with 2, and say what to do", async (t) => {
  const rows: readonly (readonly [readonly string[], string, RegExp])[] = [
    [["-f", "/none.yaml"], "", /could not read \/none\.yaml: there is no such file/],
    [["-f", "/"], "", /it is a directory/],
    [[], "a: [\n", /could not read what to import:\nstandard input:2:1: /],
    [["--region", "Frankfurt"], "", /It must be a region such as/],
    [["-n", "Team_A"], "", /lower-case letters/],
    [["-o", "xml"], "", /Allowed choices are text, json/],
    [["file.yaml"], "", /too many arguments/],
    [[], `{"auths": {"https://bob:${MARK}@a": {}, "https://bob:${MARK}@a": {}}}`, /the key "a" stands twice/],
  ];
  for (const [args, input, message] of rows) {
    const { code, stdout, stderr } = await pullcred(["import", ...args], input);
    t.same([code, stdout], [2, ""], args.join(" "));
    t.match(stderr, message, args.join(" "));
    t.notMatch(stderr, MARK);
    t.notMatch(stderr, /\n\s+at /, "no stack trace");
  }
  const env = { KUBECONFIG: join(folder, "none.kubeconfig") };
  const { code, stderr } = await pullcred(["import", "--cluster"], "", env);
  t.equal(code, 2);
  t.match(
    stderr,
    /could not find the cluster: there is no kubeconfig .*: correct KUBECONFIG, or give what kubectl get -o json/,
  );
});

t.test("no credential reaches standard output or standard error, from any kind of document", async (t) => {
  const secret = (type: string, data: object): object => ({
    kind: "Secret",
    metadata: { name: "regcred", namespace: "team-a" },
    type,
    data,
  });
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");
  const docker = { username: "robot", password: MARK, server: `https://bob:${MARK}@tcr.example.com` };
  const documents: Readonly<Record<string, unknown>> = {
    login: LOGIN,
    refused: {
      auths: { "a.example.com": { auth: MARK }, [`https://bob:${MARK}@hub.docker.com`]: { password: MARK } },
    },
    dockercfg: { "a.example.com": { auth: ENCODED } },
    headers: { ...LOGIN, HttpHeaders: { Authorization: MARK } },
    secret: secret("kubernetes.io/dockerconfigjson", { ".dockerconfigjson": base64(LOGIN) }),
    broken: secret("kubernetes.io/dockercfg", { ".dockercfg": base64(MARK) }),
    text: { ...secret("kubernetes.io/dockercfg", {}), stringData: { ".dockercfg": `{"${MARK}": ` } },
    opaque: secret("Opaque", { password: base64(MARK) }),
    pullSecret: {
      kind: "ImagePullSecret",
      apiVersion: "tcr.tencentcloudcr.com/v1",
      metadata: { name: "tcr" },
      spec: { docker, password: MARK },
    },
    values: {
      global: { imagePullSecretsCrs: [{ name: "a", dockerPassword: MARK, dockerServer: docker.server }] },
    },
    helper: {
      kind: "ConfigMap",
      metadata: { name: "acr-configuration" },
      data: {
        "acr-registry-info": `- instanceId: cri-abc\n  regionId: cn-hangzhou\n  customAccessKey: ${MARK}\n  customAccessKeySecret: ${MARK}\n`,
        password: MARK,
      },
    },
    damagedHelper: {
      kind: "ConfigMap",
      metadata: { name: "acr-configuration" },
      data: { "acr-registry-info": `- customAccessKeySecret: "${MARK}` },
    },
    plugin: {
      kind: "CredentialProviderConfig",
      providers: [
        {
          name: "p",
          matchImages: ["a.example.com", `https://bob:${MARK}@b.example.com`],
          args: [`--token=${MARK}`, "--password", MARK],
          env: [{ name: "REGISTRY_PASSWORD", value: MARK }],
          password: MARK,
        },
      ],
    },
  };
  const args = Object.entries(documents).flatMap(([name, value]) => ["-f", file(`${name}.json`, value)]);
  for (const output of ["text", "json"]) {
    const { code, stdout, stderr } = await pullcred(["import", ...args, "-o", output]);
    t.equal(code, 1);
    t.match(stdout, "a.example.com", "the documents were read");
    for (const trace of [MARK, ENCODED, base64(LOGIN)]) t.notOk(`${stdout}${stderr}`.includes(trace), output);
  }
});

t.test("where there is nothing to import, the exit code is 2 and no configuration is written", async (t) => {
  const empty = file("empty.json", "");
  const account = file("account.json", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "a" } });
  const rows: readonly (readonly [readonly string[], string, RegExp])[] = [
    [[], "", /there is nothing to import in standard input: pullcred import --help lists/],
    [[], "# only a comment\n---\n", /there is nothing to import in standard input/],
    [["-f", empty, "-f", account], "", /nothing to import in .*empty\.json, .*account\.json/],
    [["-o", "json"], '{"auths":{}}', /there is nothing to import/],
  ];
  for (const [args, input, message] of rows) {
    const { code, stdout, stderr } = await pullcred(["import", ...args], input);
    t.same([code, stdout], [2, ""], args.join(" "));
    t.match(stderr, message, args.join(" "));
  }
});

t.test("help teaches by examples", async (t) => {
  const { code, stdout } = await pullcred(["import", "--help"]);
  t.equal(code, 0);
  t.match(stdout, "Examples:\n  pullcred import -f");
  for (const kind of [
    "CredentialProviderConfig",
    "acr-configuration",
    "ImagePullSecret",
    "config.json",
    "--cluster",
  ])
    t.match(stdout, kind);
});
