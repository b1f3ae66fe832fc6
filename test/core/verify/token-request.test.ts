import t from "tap";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import {
  basicAuthorization,
  pullScope,
  readAuthentication,
  readToken,
  tokenUrl,
} from "../../../src/core/verify/token-request.ts";

const REALM = 'realm="https://auth.example.com/token?x=1#y"';

t.test("a token is preferred to a password, wherever it stands", async (t) => {
  for (const header of [`Basic realm="a", Bearer ${REALM}`, `Bearer ${REALM}, Basic realm="a"`]) {
    t.match(readAuthentication(header), { ok: true, authentication: { kind: "bearer" } }, header);
  }
  t.same(readAuthentication('Digest realm="a", Basic realm="b"'), {
    ok: true,
    authentication: { kind: "basic" },
    error: null,
  });
});

t.test("what cannot be answered is told in words", async (t) => {
  const rows = [
    [undefined, /does not say how/],
    ["", /neither Basic nor Bearer/],
    ['Digest realm="a"', /neither Basic nor Bearer/],
    ['Basic realm="a', /cannot be read/],
    ['Bearer service="a"', /no token service that has a web address/],
    ['Bearer realm="/token"', /no token service that has a web address/],
    ['Bearer realm="file:///etc/passwd"', /no token service that has a web address/],
    ['Bearer realm="https://user:word@auth.example.com/"', /user name in its address/],
  ] as const;
  for (const [header, problem] of rows) {
    t.match(readAuthentication(header), { ok: false, problem }, String(header));
  }
});

t.test("a token is asked for by GET, with the service and each scope once", async (t) => {
  const read = readAuthentication(
    `Bearer ${REALM},service="a b",scope="repository:x/y:pull registry:catalog:*",error="insufficient_scope"`,
  );
  if (!read.ok || read.authentication.kind !== "bearer") throw new Error("no bearer");
  t.equal(read.error, "insufficient_scope");
  const scopes = [pullScope("x/y"), ...read.authentication.scopes];
  t.equal(
    tokenUrl(read.authentication, scopes).href,
    "https://auth.example.com/token?x=1&service=a+b&client_id=pullcred" +
      "&scope=registry%3Acatalog%3A*&scope=repository%3Ax%2Fy%3Apull",
  );
  t.equal(
    tokenUrl({ ...read.authentication, service: null }, []).href,
    "https://auth.example.com/token?x=1&client_id=pullcred",
  );
});

t.test("a token is read under both of its names, and only where it can stand in a header", async (t) => {
  const rows = [
    ['{"token": "a"}', "a"],
    ['{"access_token": "b"}', "b"],
    ['{"token": "a", "access_token": "b"}', "b"],
    ['{"token": "a", "access_token": ""}', "a"],
    ['{"token": ""}', null],
    ['{"token": 1}', null],
    ['{"token": "a\\r\\nx: y"}', null],
    ['{"token": "ä"}', null],
    [JSON.stringify({ token: "a".repeat(70_000) }), null],
    ['["token"]', null],
    ["null", null],
    ["<html>", null],
    ["", null],
  ] as const;
  for (const [body, token] of rows) t.equal(readToken(body)?.reveal() ?? null, token, body.slice(0, 60));
});

t.test("a password may hold colons and any letter", async (t) => {
  const header = basicAuthorization({ username: "u", password: new Redacted("a:ü") });
  t.equal(header.reveal(), `Basic ${Buffer.from("u:a:ü").toString("base64")}`);
  t.equal(String(header), "[redacted]");
});
