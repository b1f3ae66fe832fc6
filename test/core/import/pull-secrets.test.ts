import t from "tap";
import { imported, noteLines } from "../../builders/imported.ts";

type Parts = {
  readonly password?: string;
  readonly server?: string;
  readonly username?: string;
  readonly type?: string;
  readonly labels?: object;
  readonly annotations?: object;
};

const CONFIG_JSON = "kubernetes.io/dockerconfigjson";
const DOCKERCFG = "kubernetes.io/dockercfg";

function secret(place: string, parts: Parts = {}): object {
  const { password = "made-up", server = "a.example.com", username = "robot", type = CONFIG_JSON } = parts;
  const [namespace, name] = place.split("/");
  const auths = { [server]: { username, password } };
  const text = JSON.stringify(type === DOCKERCFG ? auths : { auths });
  const data = {
    [type === DOCKERCFG ? ".dockercfg" : ".dockerconfigjson"]: Buffer.from(text).toString("base64"),
  };
  const { labels, annotations } = parts;
  return { kind: "Secret", metadata: { namespace, name, labels, annotations }, type, data };
}

function account(place: string, ...names: readonly string[]): object {
  const [namespace, name] = place.split("/");
  return {
    kind: "ServiceAccount",
    metadata: { namespace, name },
    imagePullSecrets: names.map((one) => ({ name: one })),
  };
}

function list(...items: readonly object[]): string {
  return JSON.stringify({ kind: "List", items });
}

t.test("equal credentials become one mapping for the namespaces that they stand in", async (t) => {
  const { registries, notes, steps, yaml } = imported(
    list(
      secret("team-b/harbor"),
      secret("team-a/regcred"),
      secret("team-c/regcred", { type: DOCKERCFG }),
      secret("team-d/regcred", { server: "https://a.example.com" }),
      secret("team-e/regcred", { password: "made-up-too" }),
    ),
  );
  t.same(notes, []);
  t.same(registries, [
    {
      name: "regcred",
      matchImages: ["a.example.com"],
      namespaces: { include: ["team-a", "team-b", "team-c", "team-d"] },
      credentials: { secretRef: { name: "regcred-creds" } },
    },
    {
      name: "regcred-team-e",
      matchImages: ["a.example.com"],
      namespaces: { include: ["team-e"] },
      credentials: { secretRef: { name: "regcred-team-e-creds" } },
    },
  ]);
  t.match(steps, [
    { path: "input: Secret team-a/regcred", command: /^kubectl --namespace team-a get secret regcred / },
    { path: "input: Secret team-e/regcred", command: /^kubectl --namespace team-e get secret regcred / },
  ]);
  t.notMatch(yaml, "made-up");
});

t.test("the order of the input makes no difference to what a group is called and made of", async (t) => {
  const other = { password: "made-up-too" };
  const items = [
    secret("team-b/regcred"),
    secret("team-a/regcred", other),
    secret("team-a/b", other),
    secret("team-c/a"),
  ];
  const { registries, steps } = imported(list(...items));
  const reversed = imported(list(...items.toReversed()));
  t.same(reversed.registries, registries);
  t.same(reversed.steps, steps);
});

t.test("it is said which ServiceAccounts name a Secret, and which name one that is none", async (t) => {
  const result = imported(
    list(
      account("team-a/default", "regcred", "gone"),
      account("team-a/builder", "regcred", "opaque"),
      account("team-b/default", "regcred"),
      secret("team-a/regcred"),
      secret("team-a/opaque", { type: "Opaque" }),
    ),
  );
  t.match(
    result.yaml,
    "# from input: Secret team-a/regcred, which the ServiceAccount default, builder names\n",
  );
  t.same(noteLines(result), [
    "input: ServiceAccount team-a/default: imagePullSecrets[1]: names gone, which is not in the input as a pull secret",
    "input: ServiceAccount team-a/builder: imagePullSecrets[1]: names opaque, whose type holds no pull credential: " +
      "kubelet passes it over",
    "input: ServiceAccount team-b/default: imagePullSecrets[0]: names regcred, which is not in the input as a pull secret",
  ]);
});

t.test("tokens that end by themselves are asked for anew instead of being copied", async (t) => {
  const server = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
  const aws = { username: "AWS", server };
  const { registries, steps, notes } = imported(
    list(secret("team-a/ecr", aws), secret("team-b/ecr", { ...aws, password: "made-up-later" })),
  );
  t.same(notes, []);
  t.same(registries, [
    {
      name: "ecr-eu-central-1",
      matchImages: [server],
      namespaces: { include: ["team-a", "team-b"] },
      credentials: { ecr: { region: "eu-central-1" } },
    },
  ]);
  t.same(steps, []);
});

t.test(
  "what a tool has written is told once, and not at all beside the tool's own configuration",
  async (t) => {
    const hash = "be5ac8be6a88c42ac1d831b85135a585";
    const items = [
      secret(`team-a/acr-credential-${hash}`),
      secret(`team-b/acr-credential-${hash}`),
      secret("team-a/tcr.ipstcr-1"),
      secret("team-a/pullcred-harbor", { labels: { "app.kubernetes.io/managed-by": "pullcred" } }),
      secret("team-a/builder-dockercfg-x", {
        type: DOCKERCFG,
        annotations: { "kubernetes.io/service-account.name": "builder" },
      }),
      secret("pullcred/harbor-creds"),
      account("team-a/default", `acr-credential-${hash}`, "pullcred-harbor", "builder-dockercfg-x"),
    ];
    const alone = imported(list(...items));
    t.same(alone.registries, []);
    t.match(noteLines(alone), [
      /team-a\/acr-credential-.*: is written by acr-credential-helper/,
      /TCR add-on/,
    ]);
    t.equal(alone.notes.length, 2);
    const beside = imported(
      list(
        ...items,
        { kind: "ConfigMap", metadata: { name: "acr-configuration" }, data: { "service-account": "*" } },
        {
          kind: "ImagePullSecret",
          apiVersion: "tcr.tencentcloudcr.com/v1",
          metadata: { name: "a" },
          spec: {},
        },
      ),
      { region: "cn-hangzhou" },
    );
    t.match(noteLines(beside), [/spec\.docker: must be an object/]);
    t.equal(beside.notes.length, 1);
  },
);

t.test("a Secret that kubelet cannot read is noted: it fails every pull of its Pods", async (t) => {
  const broken = (data: object): object => ({
    kind: "Secret",
    metadata: { name: "broken", namespace: "team-a" },
    type: CONFIG_JSON,
    data,
  });
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const rows: readonly (readonly [object, RegExp])[] = [
    [{}, /data\["\.dockerconfigjson"\]: is missing or empty: nothing was made/],
    [{ ".dockerconfigjson": "!made-up!" }, /data\["\.dockerconfigjson"\]: is not base64: nothing was made/],
    [{ ".dockerconfigjson": "/w==" }, /does not hold UTF-8: nothing was made/],
    [{ ".dockerconfigjson": base64("{made-up") }, /is not JSON: see line 1/],
    [{ ".dockerconfigjson": base64('["made-up"]') }, /must be a JSON object/],
    [
      { ".dockerconfigjson": base64('{"auths":{"a.example.com":{"auth":"made-up"}}}') },
      /auth: .*pullcred refuses/,
    ],
    [
      { ".dockerconfigjson": base64('{"auths":{"a.example.com":{}},"credsStore":"x"}') },
      /an entry holds no credential/,
    ],
  ];
  for (const [data, note] of rows) {
    const result = imported(list(broken(data)));
    t.match(noteLines(result), [note]);
    t.same(result.registries, []);
    t.notMatch(result.yaml, "made-up");
  }
});

t.test("manifests may name no namespace, and hold text instead of base64", async (t) => {
  const stringData = {
    ".dockerconfigjson": JSON.stringify({ auths: { "a.example.com": { username: "u", password: "p" } } }),
  };
  const text = JSON.stringify({
    kind: "Secret",
    metadata: { name: "regcred" },
    type: CONFIG_JSON,
    stringData,
  });
  t.match(imported(text).registries, [{ namespaces: { include: ["default"] } }]);
  t.match(imported(text, { namespace: "team-a" }).registries, [{ namespaces: { include: ["team-a"] } }]);
});
