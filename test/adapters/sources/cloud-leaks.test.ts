import fc from "fast-check";
import t, { type Test } from "tap";
import { ecrSource } from "../../../src/adapters/sources/aws/ecr.ts";
import { azureSource } from "../../../src/adapters/sources/azure/acr.ts";
import { garSource } from "../../../src/adapters/sources/google/gar.ts";
import type { CredentialSource } from "../../../src/core/credential/source.ts";
import { cloudContext } from "../../builders/cloud-context.ts";
import { type CloudServer, cloudServer, type Received, type Reply } from "../../fakes/cloud-server.ts";

/** What a server was sent, in the words of every cloud's errors; another part and other words each time. */
function echo({ url, headers, body }: Received, status: number, count: number): Reply {
  const parts = [
    body,
    decodeURIComponent(body.replaceAll("+", " ")),
    `${headers["x-amz-security-token"]} ${headers.authorization}`,
    `${url.href} ${JSON.stringify(headers)}`,
  ];
  const said = parts[count % parts.length] ?? "";
  const xml = said.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const shapes: readonly unknown[] = [
    { __type: "SomeException", message: said },
    { __type: said, message: "x" },
    { error: { code: status, message: said, status: said } },
    { error: said, error_description: said },
    { errors: [{ code: said, message: said }] },
    `<ErrorResponse><Error><Code>Other</Code><Message>${xml}</Message></Error></ErrorResponse>`,
    said,
  ];
  return { status, body: shapes[count % shapes.length] };
}

/** Every source, with this secret wherever one has to be. */
async function sources(t: Test, secret: string, { url }: CloudServer): Promise<readonly CredentialSource[]> {
  const folder = t.testdir({
    token: secret,
    "google.json": JSON.stringify({
      type: "external_account",
      audience: "a",
      subject_token_type: "t",
      token_url: `${url}/v1/token`,
      credential_source: { file: `${t.testdirName}/token` },
    }),
  });
  const context = cloudContext({
    environment: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: `${folder}/token`,
      AZURE_AUTHORITY_HOST: url,
    },
    secrets: { keys: { accessKeyId: "AKIA", secretAccessKey: secret, sessionToken: `${secret}=session` } },
  });
  const options = { ...context, matchImages: ["reg.example.com"] };
  const aws = { region: "eu-central-1", endpoint: url, stsEndpoint: url };
  const role = "arn:aws:iam::111122223333:role/r";
  const id = "6b6c8a8e-1f2a-4c8e-9d3b-000000000001";
  const secretRef = { name: "keys" };
  const tokenFile = `${folder}/token`;
  return [
    ecrSource({ ...options, config: { ...aws, auth: { secretRef } } }),
    ecrSource({ ...options, config: { ...aws, auth: { secretRef }, assumeRole: { roleArn: role } } }),
    ecrSource({ ...options, config: { ...aws, auth: { webIdentity: { roleArn: role, tokenFile } } } }),
    ecrSource({ ...options, config: { ...aws, auth: { podIdentity: {} } } }),
    garSource({ ...options, config: { auth: { credentialConfig: { path: `${folder}/google.json` } } } }),
    azureSource({
      ...options,
      config: {
        registry: "acme.azurecr.io",
        endpoint: url,
        auth: { workloadIdentity: { clientId: id, tenantId: id, tokenFile } },
      },
    }),
  ];
}

t.test("a server that says all that it was sent cannot make an error tell a credential", async (t) => {
  let status = 400;
  let masked = 0;
  let count = 0;
  const server = await cloudServer(t, (received) => {
    count += 1;
    return echo(received, status, count);
  });
  const secrets = fc.stringMatching(/^[A-Za-z0-9+/._-]{20,60}={0,2}$/);
  await fc.assert(
    fc.asyncProperty(secrets, fc.constantFrom(400, 401, 403, 404, 500), async (secret, answered) => {
      status = answered;
      for (const source of await sources(t, secret, server)) {
        const error: Error = await source.read().then(
          () => new Error("it was accepted"),
          (reason) => reason,
        );
        if (!/^could not /.test(error.message)) throw new Error(`an unexpected error: ${error.name}`);
        const shown = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
        if (error.message.includes("[redacted]")) masked += 1;
        if (shown.includes(secret) || shown.includes(encodeURIComponent(secret))) return false;
      }
      return true;
    }),
    { numRuns: 40 },
  );
  t.ok(masked > 20, "most of what the server said was quoted");
});

t.test("a server that cannot be reached is told by its name, and the credential is not", async (t) => {
  const gone = { url: "http://127.0.0.1:1", received: [], spoil: () => undefined };
  for (const source of await sources(t, "Tr0ub4dor-Tr0ub4dor-Tr0ub4dor", gone)) {
    await t.rejects(source.read(), { message: /^could not reach http:\/\/127\.0\.0\.1:1: \w+/ });
  }
});

t.test("a cloud that fails for a moment, or has too much to do, is asked again", async (t) => {
  const context = cloudContext({ environment: {} });
  const token = { access_token: "ya29.x", expires_in: 3_600 };
  const server = await cloudServer(t, () => ({ status: 200, body: token }));
  context.environment.GCE_METADATA_HOST = server.url.replace("http://", "");
  const source = garSource({ ...context, config: {}, matchImages: ["*-docker.pkg.dev"] });
  server.spoil("cut", { status: 503 });
  t.match(await source.read(), { kind: "credentials" });
  server.spoil({ status: 429, headers: { "retry-after": "2" } });
  t.match(await source.read(), { kind: "credentials" });
  t.same(context.clock.waits, [100, 200, 2_100]);
  server.spoil({ status: 500 }, { status: 500 }, { status: 500 });
  await t.rejects(source.read(), { message: /: Google answered with status 500 \(status 500\)$/ });
});
