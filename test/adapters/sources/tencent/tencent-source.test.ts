import { join } from "node:path";
import t, { type Test } from "tap";
import { createHttp } from "../../../../src/adapters/http/send-http.ts";
import { tencentSource } from "../../../../src/adapters/sources/tencent/tencent-source.ts";
import { createMemorySecretStore } from "../../../../src/adapters/standalone/memory-secret-store.ts";
import { tencentMatchImages } from "../../../../src/core/config/sources/tencent-match-images.ts";
import type { TencentConfig } from "../../../../src/core/config/sources/tencent-schema.ts";
import { eventually } from "../../../builders/eventually.ts";
import { impatientClock } from "../../../builders/impatient-clock.ts";
import {
  API_KEY,
  REGISTRY_ID,
  type TencentCloud,
  tencentCloud,
  tencentError,
} from "../../../fakes/tencent/tencent-cloud.ts";

const NOW = Date.parse("2026-05-01T12:00:00Z");
const HOUR = 60 * 60_000;
const ROLE = "qcs::cam::uin/100012345678:roleName/tcr-puller";
const TOKEN_FILE = join(t.testdir({ token: "projected.service-account.token\n" }), "token");
const ROLES = "/latest/meta-data/cam/security-credentials/";
/** What TKE's webhook tells a Pod whose ServiceAccount has a CAM role. */
const ENVIRONMENT = {
  TKE_ROLE_ARN: ROLE,
  TKE_PROVIDER_ID: "cls-1a2b3c4d",
  TKE_WEB_IDENTITY_TOKEN_FILE: TOKEN_FILE,
};

const encode = (text: string): string => Buffer.from(text).toString("base64");
const keySecret = (data: Readonly<Record<string, string>>) => ({
  apiVersion: "v1" as const,
  kind: "Secret" as const,
  metadata: { name: "keys", namespace: "pullcred" },
  type: "Opaque",
  data,
});
const RIGHT_KEYS = { secretId: encode(API_KEY.id), secretKey: encode(`${API_KEY.secret}\n`) };
const BY_KEY = { auth: { secretRef: { name: "keys" } } };

async function setUp(t: Test, parts: Partial<TencentConfig>, environment: NodeJS.ProcessEnv = {}) {
  const cloud = await tencentCloud(t, NOW);
  const secrets = createMemorySecretStore();
  secrets.load("pullcred", "keys", keySecret(RIGHT_KEYS));
  const clock = impatientClock({ now: NOW });
  const config: TencentConfig = {
    region: "ap-guangzhou",
    registryId: REGISTRY_ID,
    registryName: "acme",
    endpoint: cloud.url,
    stsEndpoint: cloud.url,
    ...parts,
  };
  const source = tencentSource({
    config,
    matchImages: tencentMatchImages(config),
    secrets,
    ownNamespace: "pullcred",
    environment,
    send: createHttp({ fetch, clock, random: () => 0, timeout: 60_000, attempts: 3, maxBody: 65_536 }),
    clock,
    metadataUrl: cloud.url,
  });
  return { cloud, source, secrets };
}

t.test("a temporary token is given for both hosts of the registry", async (t) => {
  const { source, cloud } = await setUp(t, BY_KEY);
  const result = await source.read();
  t.match(result, { kind: "credentials", findings: [], expiresAt: NOW + HOUR });
  t.same(
    result.kind === "credentials" &&
      [...result.credentials].map(([key, { username, password }]) => [key, username, password.reveal()]),
    ["acme.tencentcloudcr.com", "acme-vpc.tencentcloudcr.com"].map((host) => [
      host,
      "100012345678",
      "eyJhbGciOiJSUzI1NiJ9.registry:token",
    ]),
  );
  t.same(JSON.parse(cloud.received[0]?.body ?? ""), { RegistryId: REGISTRY_ID, TokenType: "temp" });
});

t.test("without a word on it the environment's role is taken, else the node's", async (t) => {
  const byEnvironment = await setUp(t, {}, ENVIRONMENT);
  t.match(await byEnvironment.source.read(), { kind: "credentials" });
  t.same(byEnvironment.cloud.actions(), ["AssumeRoleWithWebIdentity", "CreateInstanceToken"]);
  t.same(JSON.parse(byEnvironment.cloud.received[0]?.body ?? ""), {
    DurationSeconds: 3600,
    ProviderId: "cls-1a2b3c4d",
    RoleArn: ROLE,
    RoleSessionName: "pullcred",
    WebIdentityToken: "projected.service-account.token",
  });
  const byNode = await setUp(t, {});
  t.match(await byNode.source.read(), { kind: "credentials" });
  t.same(byNode.cloud.actions(), [`GET ${ROLES}`, `GET ${ROLES}TKE_QCSRole`, "CreateInstanceToken"]);
});

t.test(
  "what somebody has to provide first is missing, and following it tells when it is there",
  async (t) => {
    const { source, secrets } = await setUp(t, BY_KEY);
    let changes = 0;
    t.teardown(source.watch(() => changes++));
    secrets.load("pullcred", "keys", keySecret({}));
    t.same(await source.read(), {
      kind: "missing",
      message: "Secret keys in namespace pullcred has no secretId and no secretKey: add it",
    });
    secrets.load("pullcred", "keys", keySecret(RIGHT_KEYS));
    t.equal(changes, 2);
    t.match(await source.read(), { kind: "credentials" });
    const unset = await setUp(t, { auth: { oidc: { roleArn: ROLE } } });
    t.same(await unset.source.read(), {
      kind: "missing",
      message:
        "TKE_PROVIDER_ID is not set: let pullcred's ServiceAccount have a CAM role, or write auth.oidc.providerId",
    });
    const tokenFile = `${TOKEN_FILE}-absent`;
    const projected = await setUp(t, { auth: { oidc: { tokenFile } } }, ENVIRONMENT);
    t.same(await projected.source.read(), {
      kind: "missing",
      message: `there is no token in ${tokenFile}: project one`,
    });
  },
);

t.test("a temporary key is sent with its token", async (t) => {
  const { source, secrets, cloud } = await setUp(t, BY_KEY);
  cloud.state.keys.set(API_KEY.id, { secret: API_KEY.secret, token: "session+token" });
  secrets.load("pullcred", "keys", keySecret({ ...RIGHT_KEYS, token: encode("session+token") }));
  t.match(await source.read(), { kind: "credentials" });
});

t.test("times are read in seconds or milliseconds; where there is none, it is an hour", async (t) => {
  for (const ExpTime of [NOW + HOUR, (NOW + HOUR) / 1_000, `${NOW + HOUR}`, undefined, 0, null]) {
    const { source, cloud } = await setUp(t, BY_KEY);
    Object.assign(cloud.state.registryToken, { ExpTime, Unknown: [{}] });
    t.match(await source.read(), { expiresAt: NOW + HOUR }, String(ExpTime));
  }
});

t.test("a clock that is off is made up for, also in what is said about the end", async (t) => {
  const { source, cloud } = await setUp(t, BY_KEY);
  cloud.state.now = NOW - 10 * 60_000;
  t.match(await source.read(), { kind: "credentials", expiresAt: NOW + HOUR + 10 * 60_000 });
  await source.read();
  t.equal(cloud.received.length, 3, "what was learned stays");
});

const REFUSALS: readonly (readonly [string, (cloud: TencentCloud) => void, RegExp])[] = [
  [
    "a missing permission",
    ({ state }) => Object.assign(state, { isAllowed: false }),
    /^could not get a token of tcr-dg284imq: tcr:CreateInstanceToken is not allowed for the API key in Secret keys on qcs::tcr:ap-guangzhou:uin\/100012345678:instance\/tcr-dg284imq: add it to its CAM policy \(AuthFailure\.UnauthorizedOperation, request bfa74e4d\)$/,
  ],
  [
    "an unknown key",
    ({ state }) => state.keys.clear(),
    /Tencent Cloud does not know the API key in Secret keys: check its secretId/,
  ],
  [
    "a wrong secret",
    ({ state }) => state.keys.set(API_KEY.id, { secret: "other" }),
    /the signature is wrong: check the secretKey of the API key in Secret keys/,
  ],
  [
    "a token that is missing",
    ({ state }) => state.keys.set(API_KEY.id, { secret: API_KEY.secret, token: "t" }),
    /the token of the API key in Secret keys is expired or does not belong to its key/,
  ],
  [
    "another registry",
    ({ spoil }) => spoil(tencentError("ResourceNotFound")),
    /there is no such registry: check registryId and region; Tencent Cloud said "resource not found"/,
  ],
  [
    "a code that nobody knows",
    ({ spoil }) => spoil(tencentError("FailedOperation.Other")),
    /Tencent Cloud said "Failed\." \(FailedOperation\.Other, request bfa74e4d\)$/,
  ],
  [
    "too many requests",
    ({ spoil }) => spoil(tencentError("RequestLimitExceeded")),
    /too many requests: it will be tried/,
  ],
  [
    "server errors to the end",
    ({ spoil }) => spoil({ status: 500 }, { status: 503 }, { status: 502, body: "<html>" }),
    /Tencent Cloud answered with status 502/,
  ],
  [
    "a cut answer",
    ({ spoil }) => spoil({ status: 200, body: '{"Response":{"Token":"eyJh' }),
    /the answer is not what Tencent Cloud's API answers; check the endpoint/,
  ],
  [
    "an answer without a user name",
    ({ state }) => Object.assign(state.registryToken, { Username: null }),
    /the answer has no user name/,
  ],
  [
    "an answer without a token",
    ({ state }) => Object.assign(state.registryToken, { Token: "" }),
    /the answer has no token/,
  ],
  [
    "an expired token",
    ({ state }) => Object.assign(state.registryToken, { ExpTime: NOW - 1 }),
    /expired at 2026-05-01T11:59:59\.999Z already/,
  ],
  [
    "a clock that cannot be made up for",
    ({ spoil }) =>
      spoil(tencentError("AuthFailure.SignatureExpire"), tencentError("AuthFailure.SignatureExpire")),
    /the clock of this machine is wrong: set it/,
  ],
];
for (const [what, spoil, message] of REFUSALS) {
  t.test(`an error tells what to mend, and no credential: ${what}`, async (t) => {
    const { source, cloud } = await setUp(t, BY_KEY);
    spoil(cloud);
    const error = await source.read().then(
      () => null,
      (reason: Error) => reason,
    );
    t.match(error?.message, message);
    t.match(error, { code: "SourceFailed" });
    t.notMatch(`${error?.message} ${error?.cause}`, /eyJh|ExampleSecretKey/);
  });
}

t.test("servers that fail for a moment are asked again", async (t) => {
  const { source, cloud } = await setUp(t, BY_KEY);
  cloud.spoil({ status: 429 }, "cut");
  t.match(await source.read(), { kind: "credentials" });
  t.equal(cloud.received.length, 3);
});

t.test("errors of roles name the role, and tell no token", async (t) => {
  const { source, cloud } = await setUp(t, {}, ENVIRONMENT);
  cloud.state.webIdentityToken = "another.token";
  await t.rejects(source.read(), {
    message: new RegExp(
      `^could not assume role ${ROLE}: the ServiceAccount's token is not accepted for role ${ROLE}`,
    ),
  });
  cloud.spoil({
    status: 200,
    body: {
      Response: { Error: { Code: "InternalError", Message: "bad token projected.service-account.token\n!" } },
    },
  });
  await t.rejects(source.read(), {
    message: `could not assume role ${ROLE}: Tencent Cloud said "bad token [redacted] !" (InternalError)`,
  });
  cloud.spoil({ status: 200, body: { Response: { Credentials: { TmpSecretId: "i" } } } });
  await t.rejects(source.read(), { message: `could not assume role ${ROLE}: the answer has no keys` });
  const node = await setUp(t, {});
  node.cloud.state.nodeRole = "";
  await t.rejects(node.source.read(), {
    message: /the node has none \(status 404\): attach one to it, or write another auth/,
  });
  const named = await setUp(t, { auth: { camRole: { name: "Other" } } });
  await t.rejects(named.source.read(), {
    message: /the node does not have role Other: check auth\.camRole\.name/,
  });
  named.cloud.spoil({ status: 400 });
  await t.rejects(named.source.read(), { message: /the metadata server answered with status 400/ });
  named.cloud.spoil("cut", "cut", "cut");
  await t.rejects(named.source.read(), {
    message:
      /^could not get the keys of the node's CAM role: could not reach .*; on other nodes write auth\.oidc$/,
  });
});

t.test("an abort ends a reading that hangs", async (t) => {
  const { source, cloud } = await setUp(t, BY_KEY);
  cloud.spoil("hang");
  const controller = new AbortController();
  const reading = source.read(controller.signal);
  await eventually("the server is asked", () => cloud.received.length > 0 || undefined);
  controller.abort();
  await t.rejects(reading, { name: "AbortError" });
});

t.test("the endpoints are Tencent Cloud's own where none are written", async (t) => {
  const asked: string[] = [];
  const source = tencentSource({
    config: { region: "ap-guangzhou", registryId: REGISTRY_ID },
    matchImages: [],
    secrets: createMemorySecretStore(),
    ownNamespace: "pullcred",
    environment: ENVIRONMENT,
    clock: impatientClock({ now: NOW }),
    async send(build) {
      const { url } = await build();
      asked.push(url);
      const Credentials = { TmpSecretId: "i", TmpSecretKey: "k", Token: "t" };
      return {
        status: 200,
        headers: {},
        body: JSON.stringify({ Response: { Credentials, Username: "u", Token: "t" } }),
      };
    },
  });
  await source.read();
  t.same(asked, ["https://sts.tencentcloudapi.com/", "https://tcr.tencentcloudapi.com/"]);
});

t.test("an endpoint that cannot be is told", async (t) => {
  const { source } = await setUp(t, { ...BY_KEY, endpoint: "http://a.example:99999" });
  await t.rejects(source.read(), { message: /not a URL: check the endpoint/ });
});
