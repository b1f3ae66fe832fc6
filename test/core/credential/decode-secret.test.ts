import t from "tap";
import { decodeCredentialSecret } from "../../../src/core/credential/decode-secret.ts";
import type { Secret } from "../../../src/core/secret/secret.ts";

function secret(type: string | undefined, data: Readonly<Record<string, string>>): Secret {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "pullcred" },
    ...(type !== undefined && { type }),
    data: Object.fromEntries(encoded),
  };
}

function read(given: Secret): unknown {
  const decoded = decodeCredentialSecret(given, ["reg.example.com"]);
  if (!decoded.ok) return decoded.problems.map(({ path, message }) => `${path}: ${message}`);
  return [...decoded.credentials].map(([key, { username, password }]) => [key, username, password.reveal()]);
}

const AUTHS = '{"auths":{"a.example.com":{"auth":"dTpw"},"b.example.com":{"username":"x","password":"y"}}}';

t.test("every type of Secret that holds a pull credential is read", async (t) => {
  t.same(read(secret("kubernetes.io/dockerconfigjson", { ".dockerconfigjson": AUTHS })), [
    ["a.example.com", "u", "p"],
    ["b.example.com", "x", "y"],
  ]);
  t.same(read(secret("kubernetes.io/dockercfg", { ".dockercfg": '{"a.example.com":{"auth":"dTpw"}}' })), [
    ["a.example.com", "u", "p"],
  ]);
  t.same(read(secret("kubernetes.io/basic-auth", { username: "u", password: "p" })), [
    ["reg.example.com", "u", "p"],
  ]);
});

t.test("what holds none is refused with the remedy", async (t) => {
  const rows: readonly (readonly [Secret, RegExp])[] = [
    [
      secret("Opaque", { ".dockerconfigjson": AUTHS }),
      /^type: is Opaque, .*create the Secret anew with type/,
    ],
    [secret(undefined, {}), /^type: is not set/],
    [
      secret("kubernetes.io/dockerconfigjson", { ".dockercfg": AUTHS }),
      /^data\[\.dockerconfigjson\]: is missing/,
    ],
    [secret("kubernetes.io/dockerconfigjson", { ".dockerconfigjson": "" }), /is missing or empty/],
    [
      secret("kubernetes.io/dockerconfigjson", { ".dockerconfigjson": "{" }),
      /is not JSON: see line 1, column 2/,
    ],
    [secret("kubernetes.io/basic-auth", { username: "u" }), /^data\[password\]: is missing/],
    [secret("kubernetes.io/basic-auth", { password: "p" }), /^data\[username\]: is missing/],
    [
      { ...secret("kubernetes.io/basic-auth", {}), data: { username: "***" } },
      /^data\[username\]: is not base64/,
    ],
    [
      { ...secret("kubernetes.io/basic-auth", {}), data: { username: "//79" } },
      /^data\[username\]: does not hold UTF-8/,
    ],
  ];
  for (const [given, message] of rows) t.match(read(given), [message], String(message));
});

t.test("what echo adds to a username or password is told, without quoting it", async (t) => {
  const given = secret("kubernetes.io/basic-auth", { username: "u", password: "secret-word\n" });
  const decoded = decodeCredentialSecret(given, ["a.example.com", "b.example.com"]);
  t.match(decoded, { ok: true, findings: [{ path: "data[password]", message: /^ends in a line break/ }] });
  t.equal(decoded.ok && decoded.findings.length, 1, "once, not for every pattern");
  t.notMatch(JSON.stringify(decoded), "secret-word");
});

t.test("base64 in lines is read, and much white space in what is none takes no time to refuse", async (t) => {
  const wrapped = {
    ...secret("kubernetes.io/basic-auth", {}),
    data: { username: " d\nQ= ", password: "cA==\n" },
  };
  t.same(read({ ...wrapped, data: { ...wrapped.data, username: " d\nQ== " } }), [
    ["reg.example.com", "u", "p"],
  ]);
  const blank = " ".repeat(1_000_000);
  for (const username of [`A${blank}!`, `A=${blank}!`, blank]) {
    t.match(read({ ...wrapped, data: { username } }), [/^data\[username\]: is not base64/]);
  }
});
