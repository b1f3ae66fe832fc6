import t from "tap";
import { imported, noteLines } from "../../builders/imported.ts";

const MADE_UP = { username: "robot", password: "made-up" };
const ORIGIN = { secretRef: { name: "docker-config-creds" } };

t.test("what docker login wrote becomes one mapping, whose origin is made of the file", async (t) => {
  const auth = Buffer.from("robot:made-up").toString("base64");
  const text = JSON.stringify({
    auths: {
      "https://index.docker.io/v1/": { auth },
      "https://my-registry.cn/images": MADE_UP,
      "a.example.com:5000": { auth },
    },
  });
  const { registries, steps, notes, yaml } = imported(text);
  t.same(notes, []);
  t.same(registries, [
    {
      name: "docker-config",
      matchImages: ["docker.io", "my-registry.cn/images", "a.example.com:5000"],
      credentials: ORIGIN,
    },
  ]);
  t.match(steps, [
    {
      command:
        "kubectl --namespace pullcred create secret generic docker-config-creds " +
        "--type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=input",
    },
  ]);
  for (const secret of ["made-up", auth]) t.notMatch(yaml, secret);
});

t.test("the older form is read, too", async (t) => {
  const { registries, steps, notes } = imported(JSON.stringify({ "a.example.com": MADE_UP }));
  t.same(notes, []);
  t.match(registries, [{ matchImages: ["a.example.com"], credentials: ORIGIN }]);
  t.match(steps, [{ command: /--type=kubernetes\.io\/dockercfg --from-file=\.dockercfg=input$/ }]);
});

t.test("where helpers have the credentials, the file itself is the source", async (t) => {
  const path = "/etc/pullcred/docker/config.json";
  const rows: readonly (readonly [object, readonly string[], string])[] = [
    [{ credHelpers: { "a.example.com": "pass" } }, ["a.example.com"], "docker-credential-pass"],
    [
      { auths: { "a.example.com": {}, "b.example.com": MADE_UP }, credsStore: "desktop" },
      ["b.example.com", "a.example.com"],
      "docker-credential-desktop",
    ],
    [
      { auths: { "a.example.com": {} }, credsStore: "desktop", credHelpers: { "a.example.com": "pass" } },
      ["a.example.com"],
      "docker-credential-pass",
    ],
  ];
  for (const [config, matchImages, program] of rows) {
    const { registries, steps, notes } = imported(JSON.stringify(config));
    t.same(notes, []);
    t.same(registries, [{ name: "docker-config", matchImages, credentials: { configFile: { path } } }]);
    t.same(steps, [
      {
        path: "input",
        message: `mount the file into pullcred's Pod as ${path}, and put ${program} on its PATH`,
      },
    ]);
  }
});

t.test("a cloud's helper, or a token that ends by itself, becomes the cloud's source", async (t) => {
  const ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
  const token = (username: string): object => ({ username, password: "made-up" });
  const azure = "00000000-0000-0000-0000-000000000000";
  const alibaba = "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com";
  const rows: readonly (readonly [object, object])[] = [
    [{ credHelpers: { [ecr]: "ecr-login" } }, { ecr: { region: "eu-central-1" } }],
    [{ credHelpers: { "public.ecr.aws": "ecr-login" } }, { ecrPublic: {} }],
    [{ credHelpers: { "europe-docker.pkg.dev": "gcloud" } }, { gar: {} }],
    [{ credHelpers: { "acme.azurecr.io": "acr-env" } }, { azure: { registry: "acme.azurecr.io" } }],
    [{ auths: { [ecr]: token("AWS") } }, { ecr: { region: "eu-central-1" } }],
    [{ auths: { "https://gcr.io": token("oauth2accesstoken") } }, { gar: {} }],
    [{ auths: { "acme.azurecr.io": token(azure) } }, { azure: { registry: "acme.azurecr.io" } }],
    [
      { auths: { [alibaba]: token("cr_temp_user") } },
      { alibaba: { region: "cn-hangzhou", instanceName: "acme" } },
    ],
    [
      { auths: { "registry.cn-beijing.aliyuncs.com": token("cr_temp_user") } },
      { alibaba: { region: "cn-beijing" } },
    ],
    // As az acr login leaves it: the user name alone, and beside it what only docker can use.
    [
      {
        auths: {
          "acme.azurecr.io": { auth: Buffer.from(`${azure}:`).toString("base64"), identitytoken: "made-up" },
        },
      },
      { azure: { registry: "acme.azurecr.io" } },
    ],
    // As gcloud leaves it.
    [{ auths: { "https://gcr.io": {} }, credHelpers: { "gcr.io": "gcloud" } }, { gar: {} }],
    // Somebody's own user name, or a helper of another cloud, is none of these.
    [{ auths: { [ecr]: token("robot") } }, ORIGIN],
    [{ auths: { "gcr.io": token("_json_key") } }, ORIGIN],
    [{ auths: { "gcr.io": token("AWS") } }, ORIGIN],
    [{ credHelpers: { "gcr.io": "ecr-login" } }, { configFile: {} }],
  ];
  for (const [config, credentials] of rows) {
    const { registries, notes } = imported(JSON.stringify(config));
    t.same(notes, []);
    t.match(registries, [{ credentials }], JSON.stringify(config));
    t.equal(registries.length, 1);
  }
  const both = imported(JSON.stringify({ auths: { [ecr]: token("AWS"), "a.example.com": MADE_UP } }));
  t.match(both.registries, [
    { name: "docker-config", matchImages: ["a.example.com"] },
    { name: "ecr-eu-central-1" },
  ]);
  t.match(both.steps, [{ message: /after taking the tokens that end by themselves out of the file/ }]);
});

t.test("what kubelet could not use, and pullcred cannot, is noted with its place", async (t) => {
  const rows: readonly (readonly [object, RegExp, number])[] = [
    [{ auths: { "a.example.com": {} } }, /auths\["a\.example\.com"\]: holds no credential/, 0],
    [
      { auths: { "a.example.com": { identitytoken: "made-up" } } },
      /holds only a token, which kubelet ignores/,
      0,
    ],
    [{ auths: { "hub.docker.com": MADE_UP } }, /is not how images of Docker Hub are named/, 0],
    [{ auths: { "a.example.com": { auth: "made-up!" } } }, /is not base64.*pullcred refuses it too/, 0],
    [{ auths: { "https://bob:made-up@a b": MADE_UP } }, /is not a registry that kubelet can read/, 0],
    [{ auths: { "a.example.com": MADE_UP, b: MADE_UP } }, /matchImages\[1\] can match no image/, 1],
    [{ auths: "x" }, /auths: must be an object/, 0],
    [
      { auths: { "a.example.com": MADE_UP }, HttpHeaders: { "X-A": "made-up" } },
      /HttpHeaders: kubelet sends/,
      1,
    ],
    [{ credsStore: "desktop" }, /credsStore: the file lists no registry of this store/, 0],
    [{ credHelpers: { "a.example.com": 5 } }, /credHelpers\["a\.example\.com"\]: must be a helper's name/, 0],
    [
      { credHelpers: { "hub.docker.com": "pass" } },
      /credHelpers\["hub\.docker\.com"\]: is not how images/,
      0,
    ],
  ];
  for (const [config, note, count] of rows) {
    const result = imported(JSON.stringify(config));
    t.match(noteLines(result), [note], String(note));
    t.equal(result.notes.length, 1, String(note));
    t.equal(result.registries.length, count, String(note));
    t.notMatch(result.yaml, "made-up");
  }
});

t.test("a password in the name of a server is not told", async (t) => {
  const { registries, yaml } = imported(
    JSON.stringify({ auths: { "https://bob:made-up@a.example.com": MADE_UP } }),
  );
  t.match(registries, [{ matchImages: ["a.example.com"] }]);
  t.notMatch(yaml, "made-up");
});
