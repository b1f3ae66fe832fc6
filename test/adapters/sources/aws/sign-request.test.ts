import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import t from "tap";
import { signRequest } from "../../../../src/adapters/sources/aws/sign-request.ts";
import { canonicalRequest } from "../../../../src/core/cloud/aws/canonical-request.ts";
import { Redacted } from "../../../../src/core/credential/redacted.ts";
import { verifySignature } from "../../../fakes/aws/verify-signature.ts";

type Case = {
  readonly name: string;
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly canonicalRequest: string;
  readonly authorization: string;
};
type Suite = {
  readonly region: string;
  readonly service: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly cases: readonly Case[];
};
const fixture = new URL("../../../fixtures/aws/signature-v4.json", import.meta.url);
const suite: Suite = JSON.parse(readFileSync(fixture, "utf8"));
const NOW = Date.parse("2015-08-30T12:36:00Z");
/** What signRequest adds by itself. */
const ADDED = new Set(["host", "x-amz-date", "x-amz-security-token"]);

for (const vector of suite.cases) {
  t.test(`published vector ${vector.name}`, async (t) => {
    const lower = Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    const url = `https://example.amazonaws.com${vector.uri}`;
    const canonical = canonicalRequest({
      method: vector.method,
      url: new URL(url),
      headers: Object.fromEntries(lower),
      payloadHash: createHash("sha256").update(vector.body).digest("hex"),
    });
    t.equal(canonical, vector.canonicalRequest);
    const isTemporary = lower.some(([name]) => name === "x-amz-security-token");
    const signed = signRequest(
      {
        method: vector.method,
        url,
        headers: Object.fromEntries(lower.filter(([name]) => !ADDED.has(name))),
        body: vector.body,
      },
      {
        accessKeyId: suite.accessKeyId,
        secretAccessKey: new Redacted(suite.secretAccessKey),
        ...(isTemporary && { sessionToken: new Redacted(suite.sessionToken) }),
      },
      suite,
      NOW,
    );
    t.equal(signed.headers.authorization, vector.authorization);
  });
}

/** What AWS' own signer hashes with. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash("sha256") : createHmac("sha256", secret as string | Uint8Array);
  }
  update(chunk: string | Uint8Array): void {
    this.#hash.update(chunk);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

t.test("AWS' own signer makes the same headers of the same request, byte for byte", async (t) => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 });
  const key = fc.stringMatching(/^[A-Za-z0-9+/]{20,40}$/);
  const request = fc.record({
    body: text,
    query: fc.dictionary(fc.stringMatching(/^[\w.~!*'() -]{1,8}$/), text, { maxKeys: 3 }),
    target: fc.stringMatching(/^[\w.]( {0,3}[\w.]){0,20}$/),
    host: fc.constantFrom("api.ecr.eu-central-1.amazonaws.com", "127.0.0.1:8080"),
    sessionToken: fc.option(key, { nil: undefined }),
    secretAccessKey: key,
    region: fc.constantFrom("eu-central-1", "cn-north-1", "us-gov-west-1"),
    service: fc.constantFrom("ecr", "ecr-public", "sts"),
    now: fc.date({ min: new Date("2001-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
  });
  await fc.assert(
    fc.asyncProperty(request, async (made) => {
      const { body, query, target, host, sessionToken, secretAccessKey, region, service, now } = made;
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
      const theirs = new SignatureV4({
        credentials: {
          accessKeyId: "AKIDEXAMPLE",
          secretAccessKey,
          ...(sessionToken !== undefined && { sessionToken }),
        },
        region,
        service,
        sha256: Sha256,
        applyChecksum: false,
      });
      const expected = await theirs.sign(
        {
          method: "POST",
          protocol: "https:",
          hostname: host,
          path: "/",
          query,
          headers: { ...headers, host },
          body,
        },
        { signingDate: now },
      );
      const search = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join("="));
      const ours = signRequest(
        { method: "POST", url: `https://${host}/?${search.join("&")}`, headers, body },
        {
          accessKeyId: "AKIDEXAMPLE",
          secretAccessKey: new Redacted(secretAccessKey),
          ...(sessionToken !== undefined && { sessionToken: new Redacted(sessionToken) }),
        },
        { region, service },
        now.getTime(),
      );
      t.strictSame({ ...ours.headers, host }, expected.headers);
    }),
  );
});

t.test("a receiver accepts what both sign, and nothing that was changed on its way", async (t) => {
  const now = Date.parse("2026-05-01T12:00:00Z");
  const key = {
    secretAccessKey: "wJalr+XUtnFEMI/K7MDENG",
    sessionToken: "a/b+c==",
    arn: "arn:aws:iam::1:user/u",
  };
  const keys = new Map([["AKIDEXAMPLE", key]]);
  const scope = { region: "eu-central-1", service: "ecr" };
  const target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  const host = "api.ecr.eu-central-1.amazonaws.com";
  const theirs = await new SignatureV4({
    credentials: { accessKeyId: "AKIDEXAMPLE", ...key },
    ...scope,
    sha256: Sha256,
    applyChecksum: false,
  }).sign(
    {
      method: "POST",
      protocol: "https:",
      hostname: host,
      path: "/",
      headers: { ...headers, host },
      body: "{}",
    },
    { signingDate: new Date(now) },
  );
  const ours = signRequest(
    { method: "POST", url: `https://${host}/`, headers, body: "{}" },
    {
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: new Redacted(key.secretAccessKey),
      sessionToken: new Redacted(key.sessionToken),
    },
    scope,
    now,
  );
  const url = new URL(`https://${host}/`);
  const received = { method: "POST", url, headers: { ...ours.headers, host }, body: "{}" };
  const verify = (changes: object, at = now): unknown =>
    verifySignature({ ...received, ...changes }, { keys, ...scope, now: at });
  t.same(verify({ headers: theirs.headers }), { arn: key.arn });
  t.same(verify({}), { arn: key.arn });
  const refused: Readonly<Record<string, unknown>> = {
    "another method": verify({ method: "GET" }),
    "another path": verify({ url: new URL(`https://${host}/v2`) }),
    "another query": verify({ url: new URL(`https://${host}/?a=b`) }),
    "another body": verify({ body: '{"registryIds":["1"]}' }),
    "another header": verify({ headers: { ...received.headers, "x-amz-target": "DeleteRepository" } }),
    "another host": verify({ headers: { ...received.headers, host: "evil.example.com" } }),
    "no session token": verify({ headers: { ...received.headers, "x-amz-security-token": undefined } }),
    "six minutes later": verify({}, now + 6 * 60_000),
    "six minutes before": verify({}, now - 6 * 60_000),
    "another region": verifySignature(received, { keys, region: "us-east-1", service: "ecr", now }),
    "another service": verifySignature(received, { keys, region: "eu-central-1", service: "sts", now }),
  };
  for (const [what, verdict] of Object.entries(refused)) t.match(verdict, { code: String }, what);
});
