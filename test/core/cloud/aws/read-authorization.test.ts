import t from "tap";
import { readAuthorization } from "../../../../src/core/cloud/aws/read-authorization.ts";

const NOW = Date.parse("2026-05-01T12:00:00Z");
const LATER = Date.parse("2026-05-02T00:00:00Z");
const encode = (text: string): string => Buffer.from(text).toString("base64");
const data = (fields: object): string =>
  JSON.stringify({
    authorizationData: [{ authorizationToken: encode("AWS:pass"), expiresAt: LATER / 1_000, ...fields }],
  });

const GOOD: readonly (readonly [string, string, string, number])[] = [
  ["seconds", data({}), "pass", LATER],
  ["parts of a second", data({ expiresAt: LATER / 1_000 + 0.241 }), "pass", LATER + 241],
  ["milliseconds", data({ expiresAt: LATER }), "pass", LATER],
  ["seconds as a text", data({ expiresAt: `${LATER / 1_000}` }), "pass", LATER],
  ["a date", data({ expiresAt: "2026-05-02T00:00:00Z" }), "pass", LATER],
  ["no end, for which an hour is safe", data({ expiresAt: undefined }), "pass", NOW + 3_600_000],
  ["colons in the password", data({ authorizationToken: encode("AWS:a:b:c=") }), "a:b:c=", LATER],
  ["unknown fields", data({ proxyEndpoint: 1, more: { of: [] } }), "pass", LATER],
  [
    "an object instead of a list, as ECR Public has it",
    JSON.stringify({ authorizationData: { authorizationToken: encode("AWS:p"), expiresAt: LATER / 1_000 } }),
    "p",
    LATER,
  ],
];
for (const [what, body, password, expiresAt] of GOOD) {
  t.test(`a token with ${what}`, async (t) => {
    const token = readAuthorization(body, NOW);
    t.match(token, { ok: true, username: "AWS" });
    t.equal(token.ok && token.password.reveal(), password);
    t.equal(token.ok && Math.abs(token.expiresAt - expiresAt) < 1, true);
  });
}

const BAD: readonly (readonly [string, string])[] = [
  ["no JSON", "AWS:pass"],
  ["JSON that is cut off", data({}).slice(0, -5)],
  ["an empty list", '{"authorizationData":[]}'],
  ["null", '{"authorizationData":null}'],
  ["a list", "[]"],
  ["a token that is no text", data({ authorizationToken: 1 })],
  ["a token without a colon", data({ authorizationToken: encode("AWS") })],
  ["a token without a username", data({ authorizationToken: encode(":pass") })],
  ["a token without a password", data({ authorizationToken: encode("AWS:") })],
];
for (const [what, body] of BAD) {
  t.test(`no token in ${what}`, async (t) =>
    t.match(readAuthorization(body, NOW), { ok: false, problem: /^the answer has no/ }),
  );
}
