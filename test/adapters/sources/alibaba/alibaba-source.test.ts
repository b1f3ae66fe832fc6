import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { createHttp } from "../../../../src/adapters/http/send-http.ts";
import { alibabaSource } from "../../../../src/adapters/sources/alibaba/alibaba-source.ts";
import { createMemorySecretStore } from "../../../../src/adapters/standalone/memory-secret-store.ts";
import { alibabaMatchImages } from "../../../../src/core/config/sources/alibaba-match-images.ts";
import type { AlibabaConfig } from "../../../../src/core/config/sources/alibaba-schema.ts";
import type { SourceResult } from "../../../../src/core/credential/source.ts";
import { eventually } from "../../../builders/eventually.ts";
import { impatientClock } from "../../../builders/impatient-clock.ts";
import { ACCESS_KEY, alibabaCloud, INSTANCE } from "../../../fakes/alibaba/alibaba-cloud.ts";
import { errorReply } from "../../../fakes/alibaba/error-replies.ts";

const NOW = Date.parse("2026-05-01T12:00:00Z");
const HOUR = 60 * 60_000;
const ROLE = "acs:ram::1134567890123456:role/acr-puller";
const PROVIDER = "acs:ram::1134567890123456:oidc-provider/ack-rrsa-c1";
const OTHER_ROLE = "acs:ram::2234567890123456:role/shared-registry";
const HOST = "acme-registry.cn-hangzhou.cr.aliyuncs.com";
const VPC_HOST = "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com";

const TOKEN_FOLDER = t.testdir({ token: "projected.service-account.token\n" });
const TOKEN_FILE = join(TOKEN_FOLDER, "token");
/** What ACK's webhook tells a Pod whose ServiceAccount has a RAM role. */
const RRSA_ENVIRONMENT = {
  ALIBABA_CLOUD_ROLE_ARN: ROLE,
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN: PROVIDER,
  ALIBABA_CLOUD_OIDC_TOKEN_FILE: TOKEN_FILE,
};

const encode = (text: string): string => Buffer.from(text).toString("base64");
const keySecret = (data: Readonly<Record<string, string>>) => ({
  apiVersion: "v1" as const,
  kind: "Secret" as const,
  metadata: { name: "keys", namespace: "pullcred" },
  type: "Opaque",
  data,
});
const RIGHT_KEYS = {
  accessKeyId: encode(ACCESS_KEY.id),
  accessKeySecret: encode(`${ACCESS_KEY.secret}\n`),
};

type SetUp = Partial<AlibabaConfig> & {
  readonly matchImages?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
};

async function setUp(t: Test, { matchImages, environment = {}, ...parts }: SetUp) {
  const cloud = await alibabaCloud(t, NOW);
  const secrets = createMemorySecretStore();
  secrets.load("pullcred", "keys", keySecret(RIGHT_KEYS));
  const clock = impatientClock({ now: NOW });
  const config: AlibabaConfig = {
    region: "cn-hangzhou",
    endpoint: cloud.url,
    stsEndpoint: cloud.url,
    ...parts,
  };
  const source = alibabaSource({
    config,
    matchImages: matchImages ?? alibabaMatchImages(config),
    secrets,
    ownNamespace: "pullcred",
    environment,
    send: createHttp({ fetch, clock, random: () => 0, timeout: 60_000, attempts: 3, maxBody: 65_536 }),
    clock,
    metadataUrl: cloud.url,
  });
  return { cloud, source, secrets };
}

const BY_KEY = { secretRef: { name: "keys" } };
const BY_ID = { instanceId: INSTANCE.id, matchImages: [HOST], auth: BY_KEY };

function plain(result: SourceResult): unknown {
  if (result.kind !== "credentials") return result;
  const { credentials, expiresAt } = result;
  return {
    keys: [...credentials.keys()],
    users: [...new Set([...credentials.values()].map((c) => `${c.username} ${c.password.reveal()}`))],
    expiresAt,
  };
}

const TOKEN = { users: ["cr_temp_user shaun:uucz:AbCd=="], expiresAt: NOW + HOUR };

t.test("an Enterprise instance by its ID gives a token for each of the mapping's patterns", async (t) => {
  const { source, cloud } = await setUp(t, {
    ...BY_ID,
    matchImages: [`${HOST}/team-a/`, "p2p.example:65001"],
  });
  const result = await source.read();
  t.same(plain(result), { ...TOKEN, keys: [`${HOST}/team-a/`, "p2p.example:65001"] });
  t.same(result.kind === "credentials" && result.findings, []);
  t.same(cloud.actions(), ["GetAuthorizationToken"], "patterns that are written need no other permission");
});

t.test("an instance by its name is found among others, with all of its hosts", async (t) => {
  const { source, cloud } = await setUp(t, { instanceName: INSTANCE.name, auth: BY_KEY });
  t.same(plain(await source.read()), { ...TOKEN, keys: [HOST, VPC_HOST, "images.acme.example"] });
  t.same(cloud.actions(), ["ListInstance", "GetAuthorizationToken", "ListInstanceEndpoint"]);
});

t.test("hosts that cannot be listed are told, and those that were found stay", async (t) => {
  const { source, cloud } = await setUp(t, { instanceName: INSTANCE.name, auth: BY_KEY });
  await source.read();
  cloud.state.denied.add("cr:ListInstanceEndpoint");
  const result = await source.read();
  t.match(plain(result), { keys: [HOST, VPC_HOST, "images.acme.example"] });
  t.same(result.kind === "credentials" && result.findings, [
    {
      path: "matchImages",
      message:
        `could not list the domains of ${INSTANCE.id}: cr:ListInstanceEndpoint is not allowed for RAM role ` +
        "acr-puller:pullcred of account 1134567890123456: add it to its RAM policy (NoPermission, request B4D1A9F3); " +
        "to do without, write matchImages",
    },
  ]);
});

t.test("the Personal Edition gives a token for all hosts of the region", async (t) => {
  const { source, cloud } = await setUp(t, { auth: BY_KEY });
  t.match(plain(await source.read()), {
    ...TOKEN,
    keys: ["registry.cn-hangzhou.aliyuncs.com", /^registry-vpc/],
  });
  t.same(
    cloud.received.map(({ method, url }) => `${method} ${url.pathname}`),
    ["GET /tokens"],
  );
});

t.test("the ServiceAccount's role is assumed, and then one of another account", async (t) => {
  const environment = RRSA_ENVIRONMENT;
  const assumeRole = { roleArn: OTHER_ROLE, externalId: "ex-1", sessionDuration: "90m" };
  const { source, cloud } = await setUp(t, { ...BY_ID, auth: { rrsa: {} }, assumeRole, environment });
  t.same(plain(await source.read()), { ...TOKEN, keys: [HOST] });
  t.same(cloud.actions(), ["AssumeRoleWithOIDC", "AssumeRole", "GetAuthorizationToken"]);
  const [byToken, byRole] = cloud.received;
  t.same(Object.fromEntries(new URLSearchParams(byToken?.body)), {
    DurationSeconds: "3600",
    OIDCProviderArn: PROVIDER,
    OIDCToken: "projected.service-account.token",
    RoleArn: ROLE,
    RoleSessionName: "pullcred",
  });
  t.notMatch(byToken?.url.href, "projected", "a token is never a part of an address");
  t.same(Object.fromEntries(byRole?.url.searchParams ?? []), {
    DurationSeconds: "5400",
    ExternalId: "ex-1",
    RoleArn: OTHER_ROLE,
    RoleSessionName: "pullcred",
  });
});

t.test("without a word on it the environment's role is taken, else the node's", async (t) => {
  const { auth: _, ...bare } = BY_ID;
  const byEnvironment = await setUp(t, { ...bare, environment: RRSA_ENVIRONMENT });
  await byEnvironment.source.read();
  t.same(byEnvironment.cloud.actions(), ["AssumeRoleWithOIDC", "GetAuthorizationToken"]);
  const byNode = await setUp(t, bare);
  t.same(plain(await byNode.source.read()), { ...TOKEN, keys: [HOST] });
  const roles = "/latest/meta-data/ram/security-credentials/";
  t.same(byNode.cloud.actions(), [
    "PUT /latest/api/token",
    `GET ${roles}`,
    `GET ${roles}KubernetesWorkerRole-1a2b`,
    "GetAuthorizationToken",
  ]);
});

t.test(
  "what somebody has to provide first is missing, and following it tells when it is there",
  async (t) => {
    const { source, secrets } = await setUp(t, BY_ID);
    let changes = 0;
    t.teardown(source.watch(() => changes++));
    secrets.load("pullcred", "keys", keySecret({ accessKeyId: RIGHT_KEYS.accessKeyId }));
    t.same(await source.read(), {
      kind: "missing",
      message: "Secret keys in namespace pullcred has no accessKeySecret: add it",
    });
    secrets.load("pullcred", "keys", keySecret(RIGHT_KEYS));
    t.equal(changes, 2);
    t.match(await source.read(), { kind: "credentials" });

    const unset = await setUp(t, { ...BY_ID, auth: { rrsa: {} } });
    t.same(await unset.source.read(), {
      kind: "missing",
      message:
        "ALIBABA_CLOUD_ROLE_ARN is not set: let pullcred's ServiceAccount have a RAM role (RRSA), or write auth.rrsa.roleArn",
    });

    const absent = join(TOKEN_FOLDER, "absent");
    const rrsa = { roleArn: ROLE, oidcProviderArn: PROVIDER, tokenFile: absent };
    const projected = await setUp(t, { ...BY_ID, auth: { rrsa } });
    t.same(await projected.source.read(), {
      kind: "missing",
      message: `there is no token in ${absent}: project one`,
    });
    let isTold = false;
    t.teardown(
      projected.source.watch(() => {
        isTold = true;
      }),
    );
    let version = 0;
    await eventually("the token is seen", () => {
      version += 1; // the first may come before the watch has looked
      writeFileSync(absent, `token-${version}`);
      return isTold || undefined;
    });
  },
);

t.test("times are read in seconds, milliseconds or words; where there is none, it is an hour", async (t) => {
  const rows = [
    [NOW + HOUR, NOW + HOUR],
    [(NOW + HOUR) / 1_000, NOW + HOUR],
    [`${NOW + HOUR}`, NOW + HOUR],
    ["2026-05-01T13:00:00Z", NOW + HOUR],
    [undefined, NOW + HOUR],
    ["soon", NOW + HOUR],
  ] as const;
  for (const [ExpireTime, expected] of rows) {
    const { source, cloud } = await setUp(t, BY_ID);
    cloud.state.registryToken = { ...cloud.state.registryToken, ExpireTime, Unknown: { field: 1 } };
    t.match(await source.read(), { expiresAt: expected }, String(ExpireTime));
  }
});

t.test("a clock that is off is made up for, also in what is said about the end", async (t) => {
  const { source, cloud } = await setUp(t, { ...BY_ID, assumeRole: { roleArn: OTHER_ROLE } });
  cloud.state.now = NOW + 20 * 60_000;
  t.match(await source.read(), { kind: "credentials", expiresAt: NOW + 40 * 60_000 });
  t.same(cloud.actions(), ["AssumeRole", "AssumeRole", "GetAuthorizationToken"], "only once");
});

const REFUSALS: readonly (readonly [
  string,
  (cloud: Awaited<ReturnType<typeof alibabaCloud>>) => void,
  RegExp,
])[] = [
  [
    "a missing permission",
    ({ state }) => state.denied.add("cr:GetAuthorizationToken"),
    /^could not get a token of cri-\w+: cr:GetAuthorizationToken is not allowed for RAM role acr-puller:pullcred of account 1134567890123456: add it to its RAM policy \(NoPermission, request B4D1A9F3\)$/,
  ],
  [
    "an unknown key",
    ({ state }) => state.keys.clear(),
    /Alibaba Cloud does not know the access key in Secret keys: check its ID/,
  ],
  [
    "a wrong secret",
    ({ state }) => state.keys.set(ACCESS_KEY.id, { secret: "other" }),
    /the signature is wrong: check the secret of the access key in Secret keys/,
  ],
  [
    "a code that nobody knows",
    ({ spoil }) => spoil({ ...errorReply("INSTANCE_NOT_EXIST"), status: 404 }),
    /Alibaba Cloud said "The instance does not exist\." \(INSTANCE_NOT_EXIST, request B4D1A9F3\)$/,
  ],
  [
    "a refusal with status 200",
    ({ spoil }) => spoil({ status: 200, body: { IsSuccess: false, Code: "NO_PERMISSION", RequestId: "r" } }),
    /cr:GetAuthorizationToken is not allowed for the access key in Secret keys: add it/,
  ],
  ["a refusal that is no JSON", ({ spoil }) => spoil({ status: 403, body: "<html>" }), /is not allowed for/],
  [
    "too many requests",
    ({ spoil }) => spoil(errorReply("Throttling.User")),
    /too many requests: it will be tried again/,
  ],
  [
    "server errors to the end",
    ({ spoil }) => spoil({ status: 500 }, { status: 503 }, { status: 500 }),
    /Alibaba Cloud answered with status 500/,
  ],
  [
    "a cut answer",
    ({ spoil }) => spoil({ status: 200, body: '{"TempUsername":"cr_temp' }),
    /the answer is no JSON object/,
  ],
  [
    "an empty answer",
    ({ state }) => Object.assign(state, { registryToken: {} }),
    /the answer has no user name/,
  ],
  [
    "an answer without a token",
    ({ state }) => Object.assign(state, { registryToken: { TempUsername: "u", AuthorizationToken: "" } }),
    /the answer has no token/,
  ],
  [
    "an expired token",
    ({ state }) => Object.assign(state.registryToken, { ExpireTime: NOW - 1 }),
    /expired at 2026-05-01T11:59:59\.999Z already/,
  ],
];
for (const [what, spoil, message] of REFUSALS) {
  t.test(`an error tells what to mend, and no credential: ${what}`, async (t) => {
    const { source, cloud } = await setUp(t, BY_ID);
    spoil(cloud);
    const error = await source.read().then(
      () => null,
      (reason: Error) => reason,
    );
    t.match(error?.message, message);
    t.match(error, { code: "SourceFailed" });
    t.notMatch(`${error?.message} ${error?.cause}`, /shaun|ExampleAccessKeySecret/);
  });
}

t.test("servers that fail for a moment are asked again, each time with a signature of its own", async (t) => {
  const { source, cloud } = await setUp(t, BY_ID);
  cloud.spoil({ status: 429 }, { status: 502 });
  t.match(await source.read(), { kind: "credentials" });
  const nonces = cloud.received.map(({ headers }) => headers["x-acs-signature-nonce"]);
  t.equal(new Set(nonces).size, 3);
});

t.test("errors of roles name the role and who should trust it", async (t) => {
  const auth = { rrsa: { roleArn: ROLE, oidcProviderArn: PROVIDER, tokenFile: TOKEN_FILE } };
  const untrusted = await setUp(t, { ...BY_ID, auth });
  untrusted.cloud.state.denied.add("sts:AssumeRoleWithOIDC");
  await t.rejects(untrusted.source.read(), {
    message: new RegExp(`^could not assume role ${ROLE}: role ${ROLE} does not trust this ServiceAccount`),
  });
  const unaccepted = await setUp(t, { ...BY_ID, auth });
  unaccepted.cloud.state.oidcToken = "another.token";
  await t.rejects(unaccepted.source.read(), {
    message: new RegExp(`the ServiceAccount's token is not accepted for role ${ROLE}`),
  });
  const { source, cloud } = await setUp(t, { ...BY_ID, assumeRole: { roleArn: OTHER_ROLE } });
  cloud.state.denied.add("sts:AssumeRole");
  await t.rejects(source.read(), {
    message: new RegExp(
      `sts:AssumeRole is not allowed for .*, and let the trust policy of ${OTHER_ROLE} name it`,
    ),
  });
  const { auth: _, ...bare } = BY_ID;
  const bareNode = await setUp(t, bare);
  bareNode.cloud.state.nodeRole = "";
  await t.rejects(bareNode.source.read(), {
    message:
      "could not get the keys of the node's RAM role: the node has none (status 404): attach one to it, or write another auth",
  });
  const named = await setUp(t, { ...bare, auth: { ramRole: { name: "Other" } } });
  await t.rejects(named.source.read(), {
    message: /the node does not have role Other: check auth.ramRole.name/,
  });
  bareNode.cloud.spoil("cut", "cut", "cut");
  await t.rejects(bareNode.source.read(), {
    message:
      /^could not get the keys of the node's RAM role: could not reach .*; on other nodes write auth\.rrsa$/,
  });
});

t.test("a name that nobody has is told", async (t) => {
  const { source } = await setUp(t, { instanceName: "nobody", auth: BY_KEY });
  await t.rejects(source.read(), {
    message:
      "could not find the instance nobody: the access key in Secret keys sees none in cn-hangzhou: check instanceName and " +
      "region, or write instanceId",
  });
});

t.test("an abort ends a reading that hangs", async (t) => {
  const { source, cloud } = await setUp(t, BY_ID);
  cloud.spoil("hang");
  const controller = new AbortController();
  const reading = source.read(controller.signal);
  await eventually("the server is asked", () => cloud.received.length > 0 || undefined);
  controller.abort();
  await t.rejects(reading, { name: "AbortError" });
});

t.test("the endpoints are the region's, on the network that is chosen", async (t) => {
  for (const [network, hosts] of [
    ["public", ["sts.cn-beijing.aliyuncs.com", "cr.cn-beijing.aliyuncs.com"]],
    ["vpc", ["sts-vpc.cn-beijing.aliyuncs.com", "cr-vpc.cn-beijing.aliyuncs.com"]],
  ] as const) {
    const asked: string[] = [];
    const secrets = createMemorySecretStore();
    secrets.load("pullcred", "keys", keySecret(RIGHT_KEYS));
    const source = alibabaSource({
      config: { region: "cn-beijing", network, auth: BY_KEY, assumeRole: { roleArn: ROLE } },
      matchImages: [],
      secrets,
      ownNamespace: "pullcred",
      environment: {},
      clock: impatientClock({ now: NOW }),
      async send(build) {
        const { url } = await build();
        asked.push(new URL(url).origin);
        const Credentials = { AccessKeyId: "i", AccessKeySecret: "s", SecurityToken: "t" };
        const data = { tempUserName: "u", authorizationToken: "t" };
        return { status: 200, headers: {}, body: JSON.stringify({ Credentials, data }) };
      },
    });
    await source.read();
    t.same(
      asked,
      hosts.map((host) => `https://${host}`),
    );
  }
});

t.test("an endpoint that cannot be is told", async (t) => {
  const { source } = await setUp(t, { ...BY_ID, endpoint: "http://a.example:99999" });
  await t.rejects(source.read(), { message: /not a URL: check the endpoint/ });
});
