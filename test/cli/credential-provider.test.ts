import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { parse } from "yaml";
import { type Ended, pullcred } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { answerScript, installPlugin } from "../builders/plugin-program.ts";
import { fakeGoogle } from "../fakes/google/fake-google.ts";

type Registries = Parameters<typeof configText>[0];

const V1 = "credentialprovider.kubelet.k8s.io/v1";
const TOKEN = 'auth: { "ecr.example.com": { username: "AWS", password: "ecr-token" } }';

/** Asks as kubelet does, of a config that is made of a folder with a docker config.json and a plugin. */
function setUp(t: Test, registries: (file: string, plugin: string) => Registries) {
  const auths = {
    "harbor.example.com": { username: "robot", password: "pass:word" },
    "index.docker.io": { username: "hub", password: "hub-pass" },
  };
  const folder = t.testdir({ "config.json": JSON.stringify({ auths }) });
  const plugin = installPlugin(
    folder,
    answerScript(`cacheKeyType: "Registry", cacheDuration: "4m", ${TOKEN}`),
  );
  const config = join(folder, "config.yaml");
  writeFileSync(config, configText(registries(join(folder, "config.json"), plugin)));
  return {
    config,
    ask(image: string, apiVersion = V1, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
      const request = JSON.stringify({ kind: "CredentialProviderRequest", apiVersion, image });
      return pullcred(["credential-provider", "--config", config], request, environment);
    },
    print: (): Promise<Ended> => pullcred(["credential-provider", "--print-config", "--config", config]),
  };
}

t.test("a cloud that does not answer is asked again, and then told of", async (t) => {
  const { ask } = setUp(t, () => [
    { name: "gar", matchImages: ["us-docker.pkg.dev"], credentials: { gar: {} } },
  ]);
  const nobody = { GCE_METADATA_HOST: "127.0.0.1:1" };
  const { code, stdout, stderr } = await ask("us-docker.pkg.dev/acme/app", V1, nobody);
  t.same([code, stdout], [1, ""]);
  t.match(
    stderr,
    /^pullcred: mapping gar: could not get a token .*: could not reach http:\/\/127\.0\.0\.1:1: /,
  );
});

t.test("a cloud is asked through the proxy that the environment names", async (t) => {
  const proxy = await fakeGoogle(t, Date.now); // which also answers what is sent to it as to a proxy
  const { ask } = setUp(t, () => [{ name: "gar", credentials: { gar: { locations: ["us"] } } }]);
  const environment = { HTTP_PROXY: proxy.url, NODE_USE_ENV_PROXY: "1", NO_PROXY: "" };
  const elsewhere = { ...environment, GCE_METADATA_HOST: "metadata.example.invalid" };
  const { code, stdout } = await ask("us-docker.pkg.dev/acme/app", V1, elsewhere);
  t.equal(code, 0);
  t.match(JSON.parse(stdout).auth, { "us-docker.pkg.dev": { username: "oauth2accesstoken" } });
  t.match(proxy.received, [{ url: { hostname: "metadata.example.invalid" } }]);
  const direct = await ask("us-docker.pkg.dev/acme/app", V1, { ...elsewhere, NO_PROXY: "*.example.invalid" });
  t.equal(direct.code, 1, "what NO_PROXY has is asked without it");
});

const ALL = (path: string, command: string): Registries => [
  { name: "harbor", matchImages: ["harbor.example.com"], credentials: { configFile: { path } } },
  { name: "hub", matchImages: ["index.docker.io/acme/"], credentials: { configFile: { path } } },
  { name: "ecr", matchImages: ["ecr.example.com"], credentials: { exec: { command } } },
  { name: "quay", matchImages: ["quay.io", "harbor.example.com/quay/"] },
];

t.test(
  "kubelet is answered with what the mappings that match have, and nothing else is printed",
  async (t) => {
    const { ask } = setUp(t, ALL);
    const { code, stdout, stderr } = await ask("ecr.example.com/app");
    t.same([code, stderr], [0, ""]);
    const answer = JSON.parse(stdout);
    const { cacheDuration, ...rest } = answer;
    t.same(rest, {
      kind: "CredentialProviderResponse",
      apiVersion: V1,
      cacheKeyType: "Registry",
      auth: { "ecr.example.com": { username: "AWS", password: "ecr-token" } },
    });
    t.match(cacheDuration, /^1m5\ds$|^2m0s$/, "half of what the plugin promised");
  },
);

t.test("an answer is for the whole registry only where its path makes no difference", async (t) => {
  const { ask } = setUp(t, ALL);
  const rows = [
    ["harbor.example.com/app", "Registry", ["harbor.example.com", "index.docker.io"]],
    ["docker.io/acme/app", "Image", ["harbor.example.com", "index.docker.io"]],
    ["nothing.example.com/app", "Registry", []],
  ] as const;
  for (const [image, cacheKeyType, keys] of rows) {
    const { code, stdout } = await ask(image);
    const answer = JSON.parse(stdout);
    t.same([code, answer.cacheKeyType, Object.keys(answer.auth)], [0, cacheKeyType, keys], image);
    t.equal(answer.cacheDuration, "5m0s", image);
  }
});

t.test("the answer speaks the version of the request", async (t) => {
  const { ask } = setUp(t, ALL);
  for (const version of ["v1beta1", "v1alpha1"]) {
    const apiVersion = `credentialprovider.kubelet.k8s.io/${version}`;
    t.match(JSON.parse((await ask("harbor.example.com/app", apiVersion)).stdout), { apiVersion });
  }
});

t.test("a mapping that needs a Secret is left out, and standard error says so", async (t) => {
  const { ask } = setUp(t, ALL);
  const both = await ask("harbor.example.com/quay/app");
  t.equal(both.code, 0);
  t.match(Object.keys(JSON.parse(both.stdout).auth), ["harbor.example.com", "index.docker.io"]);
  t.match(both.stderr, /mapping quay: left out, because a node has no Secrets, and it needs quay-creds/);
  const alone = await ask("quay.io/app");
  t.same([alone.code, alone.stdout], [1, ""]);
  t.match(alone.stderr, /mapping quay/);
});

t.test(
  "a source that fails takes nothing from the others, and is asked again with the next image",
  async (t) => {
    const { ask } = setUp(t, (path) => [
      { name: "good", matchImages: ["harbor.example.com"], credentials: { configFile: { path } } },
      {
        name: "bad",
        matchImages: ["harbor.example.com", "bad.io"],
        credentials: { exec: { command: "/no/plugin" } },
      },
    ]);
    const both = await ask("harbor.example.com/app");
    t.equal(both.code, 0);
    t.match(JSON.parse(both.stdout), {
      cacheDuration: "0s",
      auth: { "harbor.example.com": { username: "robot" } },
    });
    t.match(both.stderr, /mapping bad: could not ask the credential provider plugin .* it is not there/);
    t.match(await ask("bad.io/app"), { code: 1, stdout: "" });
  },
);

t.test("kubelet's configuration names every image that can be served", async (t) => {
  const { print, config } = setUp(t, ALL);
  const { code, stdout, stderr } = await print();
  t.equal(code, 0);
  t.same(parse(stdout), {
    apiVersion: "kubelet.config.k8s.io/v1",
    kind: "CredentialProviderConfig",
    providers: [
      {
        name: "pullcred",
        matchImages: ["harbor.example.com", "docker.io/acme/", "ecr.example.com"],
        defaultCacheDuration: "5m0s",
        apiVersion: V1,
        args: ["credential-provider", "--config", config],
      },
    ],
  });
  t.match(stderr, /mapping quay: left out/);
  const none = setUp(t, () => [{ name: "quay", matchImages: ["quay.io"] }]);
  t.match(await none.print(), { code: 2, stdout: "", stderr: /no mapping works on a node/ });
});

t.test("wrong use ends with 2 and a remedy", async (t) => {
  const { config } = setUp(t, ALL);
  const image = "Not Valid";
  const odd = JSON.stringify({ kind: "CredentialProviderRequest", apiVersion: V1, image });
  const rows: readonly (readonly [readonly string[], string, RegExp])[] = [
    [["--config", config], "", /could not use the request on standard input: it is not JSON/],
    [["--config", config], "{}", /it must have the kind CredentialProviderRequest/],
    [["--config", config], odd, /its image is none/],
    [["--config", "-"], "", /could not read --config from standard input: kubelet needs a file/],
    [["--config", "/none.yaml"], "", /there is no such file/],
    [[], "", /required option '-c, --config <file>'/],
  ];
  for (const [args, input, message] of rows) {
    const { code, stdout, stderr } = await pullcred(["credential-provider", ...args], input);
    t.same([code, stdout], [2, ""], args.join(" "));
    t.match(stderr, message, args.join(" "));
  }
});
