import t, { type Test } from "tap";
import { execSource } from "../../src/adapters/sources/exec/exec-source.ts";
import { systemClock } from "../../src/adapters/time/system-clock.ts";
import { fakeAws, LIFE_MS, PASSWORD } from "../fakes/aws/fake-aws.ts";

const COMMAND = process.env.PULLCRED_TEST_ECR_PLUGIN ?? "";
const HOST = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
const ARN = "arn:aws:iam::111122223333:user/puller";
const KEYS = { AWS_ACCESS_KEY_ID: "AKIAPULLER", AWS_SECRET_ACCESS_KEY: "secret/of+puller" };

/** The plugin of cloud-provider-aws as a source, with the fake AWS that checks its signatures. */
async function setUp(t: Test, keys = KEYS) {
  const aws = await fakeAws(t, { now: Date.now });
  aws.keys.set("AKIAPULLER", { secretAccessKey: "secret/of+puller", arn: ARN });
  const env = [{ name: "AWS_ENDPOINT_URL_ECR", value: aws.url }];
  const source = execSource({
    config: { command: COMMAND, args: ["get-credentials"], env, passEnv: Object.keys(keys) },
    matchImages: [HOST],
    environment: { PATH: process.env.PATH, HOME: t.testdir({}), ...keys },
    clock: systemClock,
  });
  return { aws, source };
}

t.test("cloud-provider-aws' plugin gives the registry's token, and half of its life", async (t) => {
  const { source, aws } = await setUp(t);
  const asked = Date.now();
  const result = await source.read();
  t.equal(aws.received.length, 1);
  t.equal(result.kind, "credentials");
  if (result.kind !== "credentials") return;
  const entries = [...result.credentials].map(([key, { username, password }]) => [
    key,
    username,
    password.reveal(),
  ]);
  t.same(entries, [[HOST, "AWS", `${PASSWORD}${ARN}`]]);
  t.same(result.findings, []);
  const lifetime = (result.expiresAt ?? 0) - asked;
  t.ok(Math.abs(lifetime - LIFE_MS / 2) < 60_000, `${lifetime} ms`);
});

t.test("what AWS refuses is a failure, without a word of the plugin's", async (t) => {
  const { source } = await setUp(t, { ...KEYS, AWS_SECRET_ACCESS_KEY: "another" });
  await t.rejects(source.read(), {
    code: "SourceFailed",
    message: `could not ask the credential provider ecr-credential-provider for ${HOST}/image: it ended with exit code 1; run it by hand to see what it says`,
  });
});
