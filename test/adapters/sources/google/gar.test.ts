import { writeFileSync } from "node:fs";
import t, { type Test } from "tap";
import { garSource } from "../../../../src/adapters/sources/google/gar.ts";
import type { GarConfig } from "../../../../src/core/config/sources/gar-schema.ts";
import type { SourceResult } from "../../../../src/core/credential/source.ts";
import { type CloudContext, cloudContext, NOON } from "../../../builders/cloud-context.ts";
import { eventually } from "../../../builders/eventually.ts";
import type { Fault } from "../../../fakes/cloud-server.ts";
import { AUDIENCE, type FakeGoogle, fakeGoogle, PULLER } from "../../../fakes/google/fake-google.ts";

const MATCH = ["europe-west3-docker.pkg.dev"];
const SUBJECT = "eyJhbGciOiJSUzI1NiJ9.cluster.signature";
const HOUR = 3_600_000;

type World = { readonly google: FakeGoogle; readonly context: CloudContext; readonly folder: string };

async function world(t: Test): Promise<World> {
  const context = cloudContext({ environment: {} });
  const google = await fakeGoogle(t, context.clock.now);
  google.subjects.add(SUBJECT);
  context.environment.GCE_METADATA_HOST = google.url.replace("http://", "");
  const folder = t.testdir({ token: `${SUBJECT}\n`, "token.json": JSON.stringify({ id_token: SUBJECT }) });
  return { google, context, folder };
}

function read({ context }: World, config: GarConfig = {}, signal?: AbortSignal): Promise<SourceResult> {
  return garSource({ ...context, config, matchImages: MATCH }).read(signal);
}

/** Writes a credential configuration as gcloud does, but for these fields. */
function federated({ google, folder }: World, fields: object = {}): GarConfig {
  const path = `${folder}/config.json`;
  const written = {
    universe_domain: "googleapis.com",
    type: "external_account",
    audience: AUDIENCE,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${google.url}/v1/token`,
    credential_source: { file: `${folder}/token`, format: { type: "text" } },
    ...fields,
  };
  writeFileSync(path, JSON.stringify(written));
  return { auth: { credentialConfig: { path } } };
}
const impersonation = (google: FakeGoogle, account = PULLER): object => ({
  service_account_impersonation_url: `${google.url}/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
});

function describe(result: SourceResult): unknown {
  if (result.kind !== "credentials") return result;
  return [...result.credentials].map(([key, { username, password }]) => [
    key,
    username,
    password.reveal(),
    result.expiresAt,
  ]);
}
const tokenOf = (token: string, life = HOUR): unknown => [
  [MATCH[0], "oauth2accesstoken", token, NOON + life],
];

const TOKENS: readonly (readonly [string, (world: World) => GarConfig, unknown])[] = [
  ["the machine's default account", () => ({}), tokenOf("ya29.metadata.default", HOUR - 1_000)],
  [
    "another account of the machine",
    () => ({ auth: { metadata: { serviceAccount: PULLER } } }),
    tokenOf(`ya29.metadata.${PULLER}`, HOUR - 1_000),
  ],
  [
    "a metadata server that is named with its scheme",
    ({ google, context }) => {
      context.environment.GCE_METADATA_HOST = `${google.url}/`;
      return {};
    },
    tokenOf("ya29.metadata.default", HOUR - 1_000),
  ],
  ["a federated identity", (world) => federated(world), tokenOf("ya29.federated.0")],
  [
    "a federated identity whose token stands in JSON",
    (world) =>
      federated(world, {
        credential_source: {
          file: `${world.folder}/token.json`,
          format: { type: "json", subject_token_field_name: "id_token" },
        },
      }),
    tokenOf("ya29.federated.0"),
  ],
  [
    "a service account that a federated identity impersonates",
    (world) => federated(world, impersonation(world.google)),
    tokenOf(`ya29.impersonated.${PULLER}`),
  ],
  [
    "the same, for as long as the configuration says",
    (world) =>
      federated(world, {
        ...impersonation(world.google),
        service_account_impersonation: { token_lifetime_seconds: 1_800 },
      }),
    tokenOf(`ya29.impersonated.${PULLER}`, HOUR / 2),
  ],
];
for (const [what, configure, expected] of TOKENS) {
  t.test(`a token of ${what}`, async (t) => {
    const made = await world(t);
    t.same(describe(await read(made, configure(made))), expected);
  });
}

type Refusal = readonly [string, (world: World) => GarConfig, string | RegExp];
const REFUSALS: readonly Refusal[] = [
  [
    "an account that the machine does not have",
    () => ({ auth: { metadata: { serviceAccount: "other@acme.iam.gserviceaccount.com" } } }),
    "could not get a token of service account other@acme.iam.gserviceaccount.com from the metadata server: the machine has " +
      'no such service account: check auth.metadata.serviceAccount; Google said "Not Found" (status 404)',
  ],
  [
    "a ServiceAccount that GKE may not impersonate with",
    ({ google }) => {
      google.spoil({
        status: 403,
        body:
          "Unable to generate access token; IAM returned 403 Forbidden: Permission 'iam.serviceAccounts.getAccessToken' " +
          "denied on resource (or it may not exist).\nThis error could be caused by a missing IAM policy binding.",
      });
      return {};
    },
    /: grant roles\/iam\.workloadIdentityUser on the service account to pullcred's ServiceAccount, .*Google said "Unable to generate access token;/,
  ],
  [
    "a token that the pool does not accept",
    (world) => {
      world.google.subjects.clear();
      return federated(world);
    },
    `could not exchange the token for one of Google's: check that ${AUDIENCE} accepts the token's issuer, audience and ` +
      'subject; Google said "The given credential is rejected by the attribute condition." (unauthorized_client)',
  ],
  [
    "an account that may not be impersonated",
    (world) => federated(world, impersonation(world.google, "other@acme.iam.gserviceaccount.com")),
    "could not impersonate other@acme.iam.gserviceaccount.com: iam.serviceAccounts.getAccessToken is not allowed: grant " +
      "roles/iam.workloadIdentityUser on other@acme.iam.gserviceaccount.com to the federated identity; Google said " +
      "\"Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).\" (PERMISSION_DENIED)",
  ],
  [
    "a page for browsers",
    ({ google }) => {
      google.spoil({ status: 400, body: "<!DOCTYPE html><p>oops" });
      return {};
    },
    /: Google answered with status 400 \(status 400\)$/,
  ],
  [
    "an answer without a token",
    ({ google }) => {
      google.spoil({ status: 200, body: '{"access_token":"ya29.cut","expires_in":35' });
      return {};
    },
    /: the answer has no token$/,
  ],
  [
    "a token without an end",
    ({ google }) => {
      google.spoil({ status: 200, body: { access_token: "ya29.x" } });
      return {};
    },
    /: the answer has no token$/,
  ],
  [
    "a token that has ended",
    (world) => {
      const answer = { accessToken: "ya29.old", expireTime: "2026-05-01T11:59:59Z" };
      const config = federated(world, impersonation(world.google));
      const exchanged: Fault = { status: 200, body: { access_token: "ya29.f", expires_in: "3600" } };
      world.google.spoil(exchanged, { status: 200, body: answer });
      return config;
    },
    "could not use the token: it expired at 2026-05-01T11:59:59.000Z already; check this machine's clock",
  ],
  [
    "no subject token",
    (world) => federated(world, { credential_source: { file: "/nowhere/token" } }),
    "there is no token in /nowhere/token: project one",
  ],
  [
    "JSON without the subject token",
    (world) =>
      federated(world, {
        credential_source: {
          file: `${world.folder}/token.json`,
          format: { type: "json", subject_token_field_name: "access_token" },
        },
      }),
    /^the JSON in .*token\.json has no access_token$/,
  ],
  [
    "a metadata server that cannot be reached",
    ({ context }) => {
      context.environment.GCE_METADATA_HOST = "127.0.0.1:1";
      return {};
    },
    /: could not reach http:\/\/127\.0\.0\.1:1: .*; outside of Google Cloud write auth\.credentialConfig$/,
  ],
];
for (const [what, configure, message] of REFUSALS) {
  t.test(`told: ${what}`, async (t) => {
    const made = await world(t);
    await t.rejects(read(made, configure(made)), { name: "PullcredError", code: "SourceFailed", message });
  });
}

const BROKEN: readonly (readonly [object, RegExp])[] = [
  [
    { type: "service_account", private_key: "p" },
    /^is the key of a service account, .*: use secretRef, with username _json_key$/,
  ],
  [{ type: "authorized_user" }, /^is no credential configuration of type "external_account"$/],
  [{ credential_source: { url: "http://x" } }, /^has a credential_source that is no file/],
  [{ credential_source: { executable: { command: "x" } } }, /^has a credential_source that is no file/],
  [{ audience: undefined }, /^has no audience or no subject_token_type$/],
  [{ token_url: "http://sts.example.com/v1/token" }, /^has an address that is not HTTPS$/],
  [{ service_account_impersonation_url: "http://iam.example.com/x" }, /^has an address that is not HTTPS$/],
  [{ credential_source: { file: "/t", format: { type: "json" } } }, /without subject_token_field_name$/],
];
t.test("a credential configuration that cannot be used is refused with its reason", async (t) => {
  const made = await world(t);
  for (const [fields, message] of BROKEN) {
    const config = federated(made, fields);
    const path = config.auth?.credentialConfig?.path;
    t.match(await read(made, config), { kind: "broken", problems: [{ path, message }] });
  }
  writeFileSync(`${made.folder}/config.json`, "{");
  t.match(await read(made, { auth: { credentialConfig: { path: `${made.folder}/config.json` } } }), {
    kind: "broken",
  });
  t.same(await read(made, { auth: { credentialConfig: { path: "/nowhere.json" } } }), {
    kind: "missing",
    message: "there is no file /nowhere.json: mount it",
  });
  t.equal(made.google.received.length, 0, "nobody is asked");
});

t.test("a credential configuration is followed, the metadata server is not", async (t) => {
  const made = await world(t);
  const config = federated(made);
  let changes = 0;
  const onChange = (): void => {
    changes += 1;
  };
  const sources = [{}, config].map((each) =>
    garSource({ ...made.context, config: each, matchImages: MATCH }),
  );
  const stops = sources.map((source) => source.watch(onChange));
  await eventually("the change", () => {
    writeFileSync(`${made.folder}/config.json`, `{"changed":${Math.random()}}`);
    return changes > 0 ? true : undefined;
  });
  for (const stop of stops) stop();
});
