import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { answerScript, installPlugin } from "../builders/plugin-program.ts";
import { hasMark } from "../builders/token-mark.ts";
import { ACCESS_KEY, alibabaCloud, INSTANCE } from "../fakes/alibaba/alibaba-cloud.ts";
import { fakeAws } from "../fakes/aws/fake-aws.ts";
import { fakeAzure, REGISTRY } from "../fakes/azure/fake-azure.ts";
import { fakeGoogle } from "../fakes/google/fake-google.ts";
import { API_KEY, REGISTRY_ID, tencentCloud } from "../fakes/tencent/tencent-cloud.ts";
import { readPassword, startCluster } from "./lib/cluster.ts";
import { registerWebhook, renewToken } from "./lib/replica.ts";
import { grantMapping, grantOrigin } from "./lib/rights.ts";

const cluster = await startCluster(t);
const { admin, plane } = cluster;
/** The shortest lifetime that can be relied upon: it is renewed after half of it or a little more. */
const LIFE_MS = 35_000;

const aws = await fakeAws(t, { now: Date.now });
aws.keys.set("AKIDEXAMPLE", {
  secretAccessKey: "aws-secret-key",
  arn: "arn:aws:iam::111122223333:user/pull",
});
const alibaba = await alibabaCloud(t, Date.now());
const tencent = await tencentCloud(t, Date.now());
const google = await fakeGoogle(t, Date.now);
const azure = await fakeAzure(t, Date.now);
// As their own libraries do, pullcred finds a metadata service elsewhere by these.
process.env.GCE_METADATA_HOST = new URL(google.url).host;
process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = azure.url;
const tokenFile = join(plane.folder, "plugin-token");
const plugin = installPlugin(
  plane.folder,
  `const password = fs.readFileSync(${JSON.stringify(tokenFile)}, "utf8");\n` +
    answerScript(
      'cacheKeyType: "Registry", cacheDuration: "61s", auth: { "plugin.example.com": { username: "u", password } }',
    ),
);

/** From now on each registry gives tokens that end in this, each good for the same time. */
function setTokens(suffix: string): void {
  for (const { terms } of [aws, google, azure]) Object.assign(terms, { mark: `-${suffix}`, lifeMs: LIFE_MS });
  const end = (): number => Date.now() + LIFE_MS;
  alibaba.state.makeToken = () => ({
    TempUsername: "cr",
    AuthorizationToken: `ali:token-${suffix}`,
    ExpireTime: end(),
  });
  tencent.state.makeToken = () => ({
    Username: "100",
    Token: `tencent:token-${suffix}`,
    ExpTime: end(),
    TokenId: "",
  });
  writeFileSync(tokenFile, `plugin:token-${suffix}`);
}

async function makeKeys(name: string, stringData: object): Promise<void> {
  await admin.create("/api/v1/namespaces/pullcred/secrets", { metadata: { name }, stringData });
  await grantOrigin(admin, name);
}

const AUTH = (name: string): object => ({ secretRef: { name } });
const HOSTS = {
  ecr: "111122223333.dkr.ecr.eu-central-1.amazonaws.com",
  ali: "acme-registry.cn-hangzhou.cr.aliyuncs.com",
  tencent: "acme.tencentcloudcr.com",
  plugin: "plugin.example.com",
  gar: "europe-west3-docker.pkg.dev",
  azure: REGISTRY,
};
const NAMES = Object.keys(HOSTS) as readonly (keyof typeof HOSTS)[];
const REGISTRIES = [
  {
    name: "ecr",
    credentials: {
      ecr: { region: "eu-central-1", accounts: ["111122223333"], endpoint: aws.url, auth: AUTH("aws-keys") },
    },
    matchImages: [HOSTS.ecr],
  },
  {
    name: "ali",
    matchImages: [HOSTS.ali],
    credentials: {
      alibaba: {
        region: "cn-hangzhou",
        instanceId: INSTANCE.id,
        endpoint: alibaba.url,
        auth: AUTH("ali-keys"),
      },
    },
  },
  {
    name: "tencent",
    matchImages: [HOSTS.tencent],
    credentials: {
      tencent: {
        region: "ap-guangzhou",
        registryId: REGISTRY_ID,
        endpoint: tencent.url,
        auth: AUTH("tencent-keys"),
      },
    },
  },
  {
    name: "plugin",
    matchImages: [HOSTS.plugin],
    credentials: { exec: { command: plugin, image: "plugin.example.com/app" } },
  },
  {
    name: "gar",
    matchImages: [HOSTS.gar],
    credentials: { gar: { locations: ["europe-west3"], auth: { metadata: {} } } },
  },
  {
    name: "azure",
    matchImages: [HOSTS.azure],
    credentials: { azure: { registry: REGISTRY, endpoint: azure.url, auth: { managedIdentity: {} } } },
  },
];

async function passwordOf(name: keyof typeof HOSTS): Promise<string | undefined> {
  const { status, body } = await admin.get(`/api/v1/namespaces/team-a/secrets/pullcred-${name}`);
  return status === 200 ? readPassword(body.data[".dockerconfigjson"], HOSTS[name]) : undefined;
}

t.test("a Pod with images of several clouds and of a plugin gets the token of each", async (t) => {
  await makeKeys("aws-keys", { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "aws-secret-key" });
  await makeKeys("ali-keys", { accessKeyId: ACCESS_KEY.id, accessKeySecret: ACCESS_KEY.secret });
  await makeKeys("tencent-keys", { secretId: API_KEY.id, secretKey: API_KEY.secret });
  for (const { name } of REGISTRIES) await grantMapping(admin, `pullcred-${name}`);
  setTokens("one");
  cluster.configure(REGISTRIES);
  await renewToken(plane);
  const replica = await cluster.start();
  await registerWebhook(plane, replica);
  await cluster.makeNamespace("team-a");
  const containers = Object.entries(HOSTS).map(([name, host]) => ({ name, image: `${host}/app:1` }));
  const pod = await cluster.makePod("team-a", "shop", { spec: { containers } });
  t.equal(pod.status, 201, JSON.stringify(pod.body));
  t.same(
    pod.body.spec.imagePullSecrets.map(({ name }: { name: string }) => name),
    REGISTRIES.map(({ name }) => `pullcred-${name}`),
  );
  t.same(pod.warnings, []);
  const first = await Promise.all(NAMES.map(passwordOf));
  t.same(
    NAMES.filter((_, index) => !hasMark(first[index], "one")),
    [],
    "every copy has its cloud's first token",
  );

  setTokens("two");
  for (const name of NAMES) {
    await eventually(
      `the copy has the renewed token of ${name}`,
      async () => hasMark(await passwordOf(name), "two") || undefined,
    );
  }
  const said = replica.stderr();
  const secrets = [
    "aws-secret-key",
    ACCESS_KEY.secret,
    API_KEY.secret,
    "ali:token-one",
    "tencent:token-two",
    "plugin:token-one",
  ];
  t.same(
    secrets.filter((secret) => said.includes(secret)),
    [],
    "no key and no token was logged",
  );
});

t.test("a key that is replaced is used at once, and one that is refused takes nothing away", async (t) => {
  await admin.merge("/api/v1/namespaces/pullcred/secrets/tencent-keys", {
    stringData: { secretKey: "wrong" },
  });
  await eventually("it is told on the origin", async () => {
    const { body } = await admin.get("/apis/events.k8s.io/v1/namespaces/pullcred/events");
    return body.items.find(({ reason }: { reason: string }) => reason === "RefreshFailed");
  });
  t.match(await passwordOf("tencent"), /^tencent:/);
  setTokens("three");
  await admin.merge("/api/v1/namespaces/pullcred/secrets/tencent-keys", {
    stringData: { secretKey: API_KEY.secret },
  });
  await eventually(
    "the new key works",
    async () => (await passwordOf("tencent")) === "tencent:token-three" || undefined,
  );
});
