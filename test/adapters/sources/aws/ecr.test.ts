import { writeFileSync } from "node:fs";
import t, { type Test } from "tap";
import { ecrPublicSource, ecrSource } from "../../../../src/adapters/sources/aws/ecr.ts";
import { createMemorySecretStore } from "../../../../src/adapters/standalone/memory-secret-store.ts";
import type { EcrConfig } from "../../../../src/core/config/sources/ecr-schema.ts";
import type { SourceResult } from "../../../../src/core/credential/source.ts";
import { type CloudContext, cloudContext, NOON } from "../../../builders/cloud-context.ts";
import {
  type FakeAws,
  type FakeAwsOptions,
  fakeAws,
  LIFE_MS,
  NODE_ROLE,
  PASSWORD,
  POD_ROLE,
  POD_TOKEN,
} from "../../../fakes/aws/fake-aws.ts";

const MATCH = ["111122223333.dkr.ecr.eu-central-1.amazonaws.com"];
const ROLE = "arn:aws:iam::111122223333:role/puller";
const ROLE_SESSION = "arn:aws:sts::111122223333:assumed-role/puller/pullcred";
const FAR_ROLE = "arn:aws:iam::444455556666:role/far";
const FAR_SESSION = "arn:aws:sts::444455556666:assumed-role/far/pullcred";
const USER = "arn:aws:iam::111122223333:user/puller";
const SUBJECT = "system:serviceaccount:pullcred:pullcred";
const TOKEN = "eyJhbGciOiJSUzI1NiJ9.web-identity.signature";
const USER_KEYS = { accessKeyId: "AKIAUSER", secretAccessKey: "wJalr+XUtnFEMI/K7MDENG" };

type World = { readonly aws: FakeAws; readonly context: CloudContext; readonly tokenFile: string };

/** A fake in which a role trusts pullcred's ServiceAccount, another role trusts that one, and a user has keys. */
async function world(t: Test, options: Partial<FakeAwsOptions> = {}): Promise<World> {
  const folder = t.testdir({ token: `${TOKEN}\n`, "pod-token": POD_TOKEN });
  const environment: NodeJS.ProcessEnv = {};
  const context = cloudContext({
    environment,
    secrets: {
      user: { accessKeyId: USER_KEYS.accessKeyId, secretAccessKey: `${USER_KEYS.secretAccessKey}\n` },
    },
  });
  const aws = await fakeAws(t, { now: context.clock.now, ...options });
  aws.keys.set(USER_KEYS.accessKeyId, { secretAccessKey: USER_KEYS.secretAccessKey, arn: USER });
  aws.tokens.set(TOKEN, SUBJECT);
  aws.trusts.set(ROLE, { principal: SUBJECT });
  aws.trusts.set(FAR_ROLE, { principal: ROLE_SESSION, externalId: "x-1" });
  environment.AWS_EC2_METADATA_SERVICE_ENDPOINT = `${aws.url}/`;
  return { aws, context, tokenFile: `${folder}/token` };
}

function read(
  { aws, context }: World,
  config: Partial<EcrConfig> = {},
  signal?: AbortSignal,
): Promise<SourceResult> {
  const written = { region: "eu-central-1", endpoint: aws.url, stsEndpoint: aws.url, ...config };
  return ecrSource({ ...context, config: written, matchImages: MATCH }).read(signal);
}

/** The user name, whose token it is, and until when. */
function describe(result: SourceResult): readonly unknown[] {
  if (result.kind !== "credentials") return [result];
  return [...result.credentials].map(([key, { username, password }]) => [
    key,
    username,
    password.reveal().replace(PASSWORD, ""),
    result.expiresAt,
  ]);
}
const tokenOf = (arn: string): readonly unknown[] => [[MATCH[0], "AWS", arn, NOON + LIFE_MS + 123]];

const IRSA = (tokenFile: string): NodeJS.ProcessEnv => ({
  AWS_ROLE_ARN: ROLE,
  AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
});
const podIdentity = ({ aws, tokenFile }: World): NodeJS.ProcessEnv => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/v1/credentials`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile.replace("/token", "/pod-token"),
});

const IDENTITIES: readonly (readonly [
  string,
  (world: World) => NodeJS.ProcessEnv,
  (world: World) => Partial<EcrConfig>,
  string,
])[] = [
  ["the role of the ServiceAccount (IRSA)", ({ tokenFile }) => IRSA(tokenFile), () => ({}), ROLE_SESSION],
  [
    "the same, written in the config",
    () => ({}),
    ({ tokenFile }) => ({ auth: { webIdentity: { roleArn: ROLE, tokenFile } } }),
    ROLE_SESSION,
  ],
  ["the role of Pod Identity", podIdentity, () => ({}), POD_ROLE],
  ["the node's role, where there is nothing else", () => ({}), () => ({}), NODE_ROLE],
  [
    "the node's role, although there is another",
    ({ tokenFile }) => IRSA(tokenFile),
    () => ({ auth: { instanceRole: {} } }),
    NODE_ROLE,
  ],
  ["an access key in a Secret", () => ({}), () => ({ auth: { secretRef: { name: "user" } } }), USER],
  [
    "a role of another account, assumed by that of the ServiceAccount",
    ({ tokenFile }) => IRSA(tokenFile),
    () => ({ assumeRole: { roleArn: FAR_ROLE, externalId: "x-1" } }),
    FAR_SESSION,
  ],
];
for (const [what, environment, config, arn] of IDENTITIES) {
  t.test(`a token is given to ${what}`, async (t) => {
    const made = await world(t);
    Object.assign(made.context.environment, environment(made));
    t.same(describe(await read(made, config(made))), tokenOf(arn));
  });
}

t.test("a token is asked for with today's keys, and today's ServiceAccount token, each time", async (t) => {
  const made = await world(t);
  Object.assign(made.context.environment, IRSA(made.tokenFile));
  await read(made);
  made.aws.tokens.clear();
  made.aws.tokens.set("eyJ.renewed.token", SUBJECT);
  writeFileSync(made.tokenFile, "eyJ.renewed.token");
  t.same(describe(await read(made)), tokenOf(ROLE_SESSION));
});

t.test("ECR Public is asked in us-east-1, wherever the cluster is", async (t) => {
  const { aws, context, tokenFile } = await world(t);
  Object.assign(context.environment, IRSA(tokenFile), { AWS_REGION: "eu-central-1" });
  const config = {
    endpoint: aws.url,
    stsEndpoint: aws.url,
    assumeRole: { roleArn: FAR_ROLE, externalId: "x-1" },
  };
  const result = await ecrPublicSource({ ...context, config, matchImages: ["public.ecr.aws"] }).read();
  t.same(describe(result), [["public.ecr.aws", "AWS", FAR_SESSION, NOON + LIFE_MS + 123]]);
});

t.test("roles are assumed in the cluster's own region, unless that is another partition", async (t) => {
  for (const [own, asked] of [
    ["us-west-2", "us-west-2"],
    ["cn-north-1", "eu-central-1"],
  ] as const) {
    const made = await world(t, { stsRegion: asked });
    Object.assign(made.context.environment, IRSA(made.tokenFile), { AWS_REGION: own });
    const config = { assumeRole: { roleArn: FAR_ROLE, externalId: "x-1" } };
    t.same(describe(await read(made, config)), tokenOf(FAR_SESSION), own);
  }
});

t.test("what a person has to provide is missing, and not an error", async (t) => {
  const made = await world(t);
  const missing = async (config: Partial<EcrConfig>): Promise<unknown> => read(made, config);
  t.same(await missing({ auth: { secretRef: { name: "nobody" } } }), {
    kind: "missing",
    message:
      "there is no Secret nobody in namespace pullcred: create it with accessKeyId and secretAccessKey",
  });
  t.same(await missing({ auth: { webIdentity: {} } }), {
    kind: "missing",
    message:
      "AWS_ROLE_ARN is not set: let pullcred's ServiceAccount have an IAM role (IRSA), or write auth.webIdentity.roleArn",
  });
  t.same(await missing({ auth: { webIdentity: { roleArn: ROLE, tokenFile: "/nowhere/token" } } }), {
    kind: "missing",
    message: "there is no token in /nowhere/token: project one",
  });
  t.match(await missing({ auth: { podIdentity: {} } }), {
    kind: "missing",
    message: /make a Pod Identity association for pullcred's ServiceAccount$/,
  });
});

t.test(
  "a clock that is wrong is corrected by the server's, and the token's end is told by this one",
  async (t) => {
    for (const hours of [-3, 3]) {
      const made = await world(t, { now: () => NOON });
      made.context.clock.set(NOON + hours * 3_600_000);
      const result = await read(made, { auth: { secretRef: { name: "user" } } });
      t.same(describe(result), [[MATCH[0], "AWS", USER, NOON + hours * 3_600_000 + LIFE_MS + 123]]);
      t.equal(made.aws.received.length, 2, "tried again once");
    }
  },
);

t.test("a clock cannot be corrected for ever", async (t) => {
  const made = await world(t, { now: () => NOON });
  made.context.clock.set(NOON + 3_600_000);
  const skewed = {
    status: 400,
    headers: { date: new Date(NOON).toUTCString() },
    body: { __type: "InvalidSignatureException", message: "Signature expired: 1 is now earlier than 2" },
  };
  made.aws.spoil(skewed, skewed);
  await t.rejects(read(made, { auth: { secretRef: { name: "user" } } }), {
    message:
      "could not get a token of ECR in eu-central-1: the clock of this machine is wrong: set it (InvalidSignatureException)",
  });
});

type Refusal = readonly [string, (world: World) => Partial<EcrConfig> | undefined, string];
const REFUSALS: readonly Refusal[] = [
  [
    "a missing permission",
    ({ aws }) => {
      aws.denied.add(ROLE_SESSION);
      return undefined;
    },
    `could not get a token of ECR in eu-central-1: ecr:GetAuthorizationToken is not allowed for ${ROLE_SESSION}: allow it ` +
      'in its policy, on resource "*" (AccessDeniedException)',
  ],
  [
    "a role that does not trust the ServiceAccount",
    ({ aws }) => {
      aws.trusts.delete(ROLE);
      return undefined;
    },
    `could not assume role ${ROLE}: sts:AssumeRoleWithWebIdentity is not allowed for role ${ROLE}: let its trust policy ` +
      "name the identity provider of the cluster's issuer, pullcred's ServiceAccount in :sub, and sts.amazonaws.com in " +
      ":aud (AccessDenied)",
  ],
  [
    "a token that no identity provider knows",
    ({ aws }) => {
      aws.tokens.clear();
      return undefined;
    },
    `could not assume role ${ROLE}: the ServiceAccount's token is not accepted for role ${ROLE}: project it with audience ` +
      "sts.amazonaws.com, and let the account have an identity provider for the cluster's issuer; AWS said \"Couldn't " +
      'retrieve verification key from your identity provider" (InvalidIdentityToken)',
  ],
  [
    "a role of another account that does not trust the first",
    () => ({ assumeRole: { roleArn: FAR_ROLE, externalId: "other" } }),
    `could not assume role ${FAR_ROLE}: sts:AssumeRole is not allowed for ${ROLE_SESSION}: allow it in its policy, and let ` +
      `the trust policy of ${FAR_ROLE} name it (AccessDenied)`,
  ],
  [
    "an access key that is wrong",
    ({ aws }) => {
      aws.keys.set(USER_KEYS.accessKeyId, { secretAccessKey: "another", arn: USER });
      return { auth: { secretRef: { name: "user" } } };
    },
    "could not get a token of ECR in eu-central-1: the signature is wrong: check the secret of the access key in Secret " +
      "user (InvalidSignatureException)",
  ],
  [
    "an access key that is gone",
    ({ aws }) => {
      aws.keys.clear();
      return { auth: { secretRef: { name: "user" } } };
    },
    "could not get a token of ECR in eu-central-1: AWS does not know the access key in Secret user: check its ID, and that " +
      "it is of the same partition as the region (UnrecognizedClientException)",
  ],
  [
    "a service that has too much to do",
    ({ aws }) => {
      aws.spoil({ status: 400, body: { __type: "ThrottlingException", message: "Rate exceeded" } });
      return { auth: { secretRef: { name: "user" } } };
    },
    "could not get a token of ECR in eu-central-1: too many requests: it will be tried again (ThrottlingException)",
  ],
  [
    "anything else, in AWS' own words",
    ({ aws }) => {
      aws.spoil({ status: 400, body: { __type: "a.b#InvalidParameterException", message: "No.\n1 error" } });
      return { auth: { secretRef: { name: "user" } } };
    },
    'could not get a token of ECR in eu-central-1: AWS said "No. 1 error" (InvalidParameterException)',
  ],
  [
    "a proxy's error page",
    ({ aws }) => {
      aws.spoil({ status: 403, body: "<html>blocked</html>" });
      return { auth: { secretRef: { name: "user" } } };
    },
    "could not get a token of ECR in eu-central-1: AWS answered with status 403 (status 403)",
  ],
  [
    "a node without a role",
    ({ aws }) => {
      aws.spoil({ status: 200, body: "AQAE-x" }, { status: 404 });
      return { auth: { instanceRole: {} } };
    },
    "could not get the keys of the node's IAM role: the node has none: attach one to it, or write another auth",
  ],
  [
    "a metadata service that is off",
    ({ aws }) => {
      aws.spoil({ status: 403 });
      return { auth: { instanceRole: {} } };
    },
    "could not get the keys of the node's IAM role: the metadata service gives no session (status 403): enable it, with a " +
      "hop limit of 2",
  ],
  [
    "a metadata service that cannot be reached",
    ({ context }) => {
      context.environment.AWS_EC2_METADATA_SERVICE_ENDPOINT = "http://127.0.0.1:1";
      return { auth: { instanceRole: {} } };
    },
    "could not get the keys of the node's IAM role: could not reach http://127.0.0.1:1: the connection failed; let its hop " +
      "limit be 2, or write another auth",
  ],
];
for (const [what, prepare, message] of REFUSALS) {
  t.test(`told: ${what}`, async (t) => {
    const made = await world(t);
    Object.assign(made.context.environment, IRSA(made.tokenFile));
    await t.rejects(read(made, prepare(made)), { name: "PullcredError", code: "SourceFailed", message });
  });
}

t.test("told: a Pod Identity that is not associated, and an address that is not the agent's", async (t) => {
  const made = await world(t);
  Object.assign(made.context.environment, podIdentity(made));
  writeFileSync(made.tokenFile.replace("/token", "/pod-token"), "eyJ.unknown.token");
  await t.rejects(read(made), {
    message:
      'could not get the keys of EKS Pod Identity: the agent answered with status 400: "[400]: (AccessDeniedException): ' +
      'Unauthorized Exception! EKS does not have permissions"; is the ServiceAccount associated with a role?',
  });
  made.context.environment.AWS_CONTAINER_CREDENTIALS_FULL_URI = "http://evil.example.com/v1/credentials";
  await t.rejects(read(made), { message: /FULL_URI is neither HTTPS nor the agent's address$/ });
});

t.test("an abort ends the reading", async (t) => {
  const made = await world(t);
  made.aws.spoil("hang");
  const controller = new AbortController();
  const reading = read(made, { auth: { secretRef: { name: "user" } } }, controller.signal);
  controller.abort();
  await t.rejects(reading, { name: "AbortError" });
});

t.test("the Secret of an access key is followed, also where it assumes a role", async (t) => {
  const { aws, context } = await world(t);
  const store = createMemorySecretStore();
  const auth = { secretRef: { name: "user" } };
  let changes = 0;
  for (const more of [{}, { assumeRole: { roleArn: FAR_ROLE } }]) {
    const config = { region: "eu-central-1", endpoint: aws.url, auth, ...more };
    const source = ecrSource({ ...context, secrets: store, config, matchImages: MATCH });
    t.teardown(
      source.watch(() => {
        changes += 1;
      }),
    );
  }
  store.load("pullcred", "user", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "user", namespace: "pullcred" },
  });
  t.equal(changes, 2);
});
