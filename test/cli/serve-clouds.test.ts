import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { parse } from "yaml";
import { type Server, startServer } from "../builders/cli.ts";
import { eventually } from "../builders/eventually.ts";
import { type FastClock, fastClock } from "../builders/fast-clock.ts";
import { answerScript, installPlugin } from "../builders/plugin-program.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { hasMark } from "../builders/token-mark.ts";
import { alibabaCloud, INSTANCE } from "../fakes/alibaba/alibaba-cloud.ts";
import { fakeAws, NODE_ROLE } from "../fakes/aws/fake-aws.ts";
import { APPLICATION, fakeAzure, REGISTRY, TENANT } from "../fakes/azure/fake-azure.ts";
import { AUDIENCE, fakeGoogle } from "../fakes/google/fake-google.ts";
import { REGISTRY_ID, tencentCloud } from "../fakes/tencent/tencent-cloud.ts";

/** What the tests wait for: it is renewed after half of it or a little more. */
const LIFE_MS = 40_000;
const AWS_ROLE = "arn:aws:iam::111122223333:role/ecr-puller";
const IDENTITY_TOKEN = "eyJ.projected.of-the-service-account";

/** An image of each mapping. Nobody has written `matchImages`, but for the plugin and for one that would be met twice. */
const IMAGES = {
  ecr: "111122223333.dkr-ecr.eu-central-1.on.aws/app:1",
  "ecr-public": "public.ecr.aws/acme/app:1",
  gar: "europe-west3-docker.pkg.dev/acme/images/app:1",
  federated: "us-docker.pkg.dev/acme/images/app:1",
  azure: `${REGISTRY}/app:1`,
  alibaba: "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/app:1",
  personal: "registry-intl.ap-southeast-1.aliyuncs.com/team/app:1",
  tencent: "acme-vpc.tencentcloudcr.com/team/app:1",
  plugin: "plugin.example.com/app:1",
};
type Name = keyof typeof IMAGES;
const NAMES = Object.keys(IMAGES) as readonly Name[];

/** Every cloud on this machine, and the configuration and environment of a pullcred that uses them as a role. */
async function setUp(t: Test, clock: FastClock) {
  const folder = t.testdir({ token: IDENTITY_TOKEN, "plugin-token": "" });
  const [tokenFile, pluginToken] = [join(folder, "token"), join(folder, "plugin-token")];
  const aws = await fakeAws(t, { now: clock.now, region: "eu-central-1" });
  aws.tokens.set(IDENTITY_TOKEN, "system:serviceaccount:pullcred:pullcred");
  aws.trusts.set(AWS_ROLE, { principal: "system:serviceaccount:pullcred:pullcred" });
  const google = await fakeGoogle(t, clock.now);
  google.subjects.add(IDENTITY_TOKEN);
  const azure = await fakeAzure(t, clock.now);
  azure.assertions.add(IDENTITY_TOKEN);
  const alibaba = await alibabaCloud(t, clock.now());
  alibaba.state.oidcToken = IDENTITY_TOKEN;
  const tencent = await tencentCloud(t, clock.now());
  tencent.state.webIdentityToken = IDENTITY_TOKEN;

  const credentialConfig = {
    type: "external_account",
    audience: AUDIENCE,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${google.url}/v1/token`,
    credential_source: { file: tokenFile },
  };
  const credentialFile = join(folder, "google.json");
  writeFileSync(credentialFile, JSON.stringify(credentialConfig));
  const plugin = installPlugin(
    folder,
    `const password = fs.readFileSync(${JSON.stringify(pluginToken)}, "utf8");\n` +
      answerScript(
        'cacheKeyType: "Registry", cacheDuration: "61s", auth: { "plugin.example.com": { username: "u", password } }',
      ),
  );
  const ends = { endpoint: alibaba.url, stsEndpoint: alibaba.url };
  const credentials: Readonly<Record<Name, object>> = {
    ecr: {
      ecr: {
        region: "eu-central-1",
        accounts: ["111122223333"],
        endpoint: aws.url,
        stsEndpoint: aws.url,
      },
    },
    "ecr-public": { ecrPublic: { endpoint: aws.url, auth: { instanceRole: {} } } },
    gar: { gar: { locations: ["europe-west3"] } },
    federated: { gar: { locations: ["us"], auth: { credentialConfig: { path: credentialFile } } } },
    azure: { azure: { registry: REGISTRY, endpoint: azure.url } },
    alibaba: { alibaba: { region: "cn-hangzhou", instanceName: INSTANCE.name, ...ends } },
    personal: { alibaba: { region: "ap-southeast-1", ...ends } },
    tencent: {
      tencent: {
        region: "ap-guangzhou",
        registryId: REGISTRY_ID,
        registryName: "acme",
        endpoint: tencent.url,
        stsEndpoint: tencent.url,
      },
    },
    plugin: { exec: { command: plugin } },
  };
  const registries = NAMES.map((name) => ({
    name,
    ...(name === "plugin" && { matchImages: ["plugin.example.com"] }),
    credentials: credentials[name],
  }));
  const config = join(folder, "config.yaml");
  writeFileSync(config, JSON.stringify({ apiVersion: "pullcred.dev/v1", kind: "Config", registries }));
  const dataDir = join(folder, "data");

  /** From now on each cloud's tokens have this mark, and live shortly. */
  function setTokens(mark: string): void {
    for (const { terms } of [aws, google, azure]) Object.assign(terms, { mark: `-${mark}`, lifeMs: LIFE_MS });
    alibaba.state.makeToken = () => ({
      TempUsername: "cr_temp_user",
      AuthorizationToken: `alibaba:token-${mark}`,
      ExpireTime: clock.now() + LIFE_MS,
    });
    tencent.state.makeToken = () => ({
      Username: "100012345678",
      Token: `tencent:token-${mark}`,
      ExpTime: clock.now() + LIFE_MS,
      TokenId: "",
    });
    writeFileSync(pluginToken, `plugin:token-${mark}`);
  }

  return {
    aws,
    config,
    dataDir,
    setTokens,
    args: ["--config", config, "--data-dir", dataDir],
    environment: {
      AWS_ROLE_ARN: AWS_ROLE,
      AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url,
      GCE_METADATA_HOST: new URL(google.url).host,
      AZURE_CLIENT_ID: APPLICATION,
      AZURE_TENANT_ID: TENANT,
      AZURE_FEDERATED_TOKEN_FILE: tokenFile,
      AZURE_AUTHORITY_HOST: azure.url,
      ALIBABA_CLOUD_ROLE_ARN: "acs:ram::1234567890123456:role/acr-puller",
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1",
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: tokenFile,
      TKE_ROLE_ARN: "qcs::cam::uin/100012345678:roleName/tcr-puller",
      TKE_PROVIDER_ID: "cls-1a2b3c4d",
      TKE_WEB_IDENTITY_TOKEN_FILE: tokenFile,
      ...clock.environment,
    },
  };
}

/** The password that a copy on disk has for the registry of the mapping's image; undefined where there is none yet. */
function passwordOf(dataDir: string, name: Name): string | undefined {
  const file = join(dataDir, "secrets", "team-a", `pullcred-${name}.yaml`);
  if (!existsSync(file)) return undefined;
  const data = parse(readFileSync(file, "utf8"))?.data?.[".dockerconfigjson"];
  if (data === undefined) return undefined;
  const [host = ""] = IMAGES[name].split("/", 1);
  return JSON.parse(Buffer.from(data, "base64").toString()).auths[host]?.password;
}

async function awaitTokens(dataDir: string, mark: string): Promise<readonly string[]> {
  return Promise.all(
    NAMES.map((name) =>
      eventually(`the copy of ${name} has token ${mark}`, () => {
        const password = passwordOf(dataDir, name);
        return hasMark(password, mark) ? password : undefined;
      }),
    ),
  );
}

/** All that a server has said anywhere. */
async function allThatWasSaid(server: Server): Promise<string> {
  const metrics = await (await fetch(`${server.metricsUrl}/metrics`)).text();
  return [metrics, server.stdout(), server.stderr()].join("\n");
}

t.test(
  "a Pod with an image of each cloud gets the token of each, and the copies get the next ones",
  async (t) => {
    const { args, aws, dataDir, environment, setTokens } = await setUp(t, fastClock());
    setTokens("one");
    const server = await startServer(t, [...args, "--log-level", "trace"], environment);
    const { body } = await server.review(review(pod({ images: Object.values(IMAGES) })));
    const { patch, warnings } = (body as { response: { patch: string; warnings?: unknown } }).response;
    t.same(JSON.parse(Buffer.from(patch, "base64").toString()), [
      {
        op: "add",
        path: "/spec/imagePullSecrets",
        value: NAMES.map((name) => ({ name: `pullcred-${name}` })),
      },
    ]);
    t.equal(warnings, undefined);
    const first = await awaitTokens(dataDir, "one");

    setTokens("two");
    const second = await awaitTokens(dataDir, "two");

    aws.denied.add(NODE_ROLE);
    const why = "ecr-public:GetAuthorizationToken is not allowed for";
    await eventually("a refusal is told", () => server.stderr().includes(why) || undefined);
    t.ok(hasMark(passwordOf(dataDir, "ecr-public"), "two"), "it takes nothing away");

    const said = await allThatWasSaid(server);
    for (const name of NAMES) {
      t.match(said, `pullcred_credential_expiry_timestamp_seconds{registry="${name}"}`);
    }
    const secrets = [
      ...first,
      ...second,
      IDENTITY_TOKEN,
      ...[...aws.keys.values()].map((key) => key.secretAccessKey),
    ];
    t.same(
      secrets.filter((secret) =>
        [secret, Buffer.from(secret).toString("base64")].some((text) => said.includes(text)),
      ),
      [],
      "no token and no key was told",
    );
    t.equal(await server.stop(), 0);
  },
);
