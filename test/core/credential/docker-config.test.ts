import { readFileSync } from "node:fs";
import t from "tap";
import type { DecodedCredentials } from "../../../src/core/credential/credentials.ts";
import { decodeDockerConfigJson, decodeDockercfg } from "../../../src/core/credential/docker-config.ts";

type OracleCase = {
  readonly name: string;
  readonly form: "dockerconfigjson" | "dockercfg";
  readonly text: string;
  readonly error: string | null;
  readonly entries: Readonly<Record<string, { username: string; password: string; email: string }>> | null;
};

/** What kubelet's own code made of these texts; see test/oracle. */
const CASES: readonly OracleCase[] = JSON.parse(
  readFileSync(new URL("../../fixtures/oracle/docker-config.json", import.meta.url), "utf8"),
);

/** Where pullcred differs from kubelet, on purpose. The copy is written anew, so kubelet never meets these. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "bytes that are no UTF-8": "kubelet accepts it, and cannot hand it to the container runtime",
  "standard alphabet: + and /": "the same",
  "auth twice, the second null": "JSON.parse keeps the last of equal keys",
  "auths and AUTHS merge": "the last of two spellings counts",
  "auths twice merge": "JSON.parse keeps the last of equal keys",
  "the same key twice, the first broken": "JSON.parse keeps the last of equal keys",
};

/** Entries as kubelet would use them: those with a whole credential. */
function usable(entries: OracleCase["entries"]): object {
  const whole = Object.entries(entries ?? {}).filter(([, { username, password }]) => username && password);
  return Object.fromEntries(
    whole.map(([server, entry]) => [server, Object.values(entry).map(toWellFormed)]).sort(),
  );
}

function plain(decoded: DecodedCredentials): object {
  if (!decoded.ok) return {};
  const entries = [...decoded.credentials].map(([server, { username, password, email = "" }]) => [
    server,
    [username, password.reveal(), email].map(toWellFormed),
  ]);
  return Object.fromEntries(entries.sort());
}

// Go replaces lone surrogates when it reads, JavaScript when it writes.
function toWellFormed(text: string): string {
  return text.toWellFormed();
}

for (const { name, form, text, error, entries } of CASES) {
  t.test(`as kubelet reads ${form}: ${name}`, async (t) => {
    const decoded = form === "dockercfg" ? decodeDockercfg(text) : decodeDockerConfigJson(text);
    const expected = error === null ? usable(entries) : {};
    if (DIFFERENCES[name] !== undefined) {
      t.notSame(plain(decoded), expected, DIFFERENCES[name]);
      return;
    }
    const wellFormed = Object.fromEntries(
      Object.entries(plain(decoded)).map(([key, value]) => [key.toWellFormed(), value]),
    );
    t.same(wellFormed, expected);
    if (error !== null) t.notOk(decoded.ok, "kubelet would fail, so it is refused");
  });
}

type Row = readonly [string, unknown, readonly (readonly [string, RegExp])[]];
const GOOD = { auth: Buffer.from("user:pass").toString("base64") };

const PROBLEMS: readonly Row[] = [
  ["no object", [], [["", /must be a JSON object/]]],
  ["auths of the wrong type", { auths: [] }, [["auths", /must be an object/]]],
  ["an entry of the wrong type", { auths: { a: "x" } }, [['auths["a"]', /must be an object/]]],
  [
    "a field of the wrong type",
    { auths: { a: { password: 1 } } },
    [['auths["a"].password', /must be a string/]],
  ],
  [
    "several at once",
    { auths: { a: { auth: "!" }, b: GOOD, c: { auth: "dXNlcg==" } } },
    [
      ['auths["a"].auth', /is not base64/],
      ['auths["c"].auth', /has no colon/],
    ],
  ],
  [
    "an entry of the wrong type, whose key holds a credential",
    { auths: { "https://u:secret-word@a.example.com": 1 } },
    [['auths["https://a.example.com"]', /must be an object/]],
  ],
  [
    "headers of the wrong type",
    { auths: { a: GOOD }, HttpHeaders: 1 },
    [["HttpHeaders", /object of strings/]],
  ],
  ["nothing", {}, [["auths", /holds no credential/]]],
  [
    "nothing usable, with the reasons",
    { auths: { a: {}, b: { identitytoken: "t" } }, credsStore: "desktop" },
    [
      ["auths", /holds no credential that kubelet can use/],
      ['auths["a"]', /credential store has the password/],
      ['auths["b"]', /only a token, which kubelet ignores/],
    ],
  ],
];

const FINDINGS: readonly Row[] = [
  ["an empty entry", { auths: { a: {}, "b.example.com": GOOD } }, [['auths["a"]', /holds no credential/]]],
  [
    "an entry with a token and an empty password",
    { auths: { a: { auth: "dTo=", identitytoken: "t" }, "b.example.com": GOOD } },
    [['auths["a"]', /only a token/]],
  ],
  [
    "an entry without a username",
    { auths: { a: { password: "p" }, "b.example.com": GOOD } },
    [['auths["a"]', /has no username/]],
  ],
  [
    "Docker Hub without the last slash",
    { auths: { "https://index.docker.io/v1": GOOD } },
    [['auths["https://index.docker.io/v1"]', /write https:\/\/index\.docker\.io\/v1\//]],
  ],
  [
    "Docker Hub by its registry's host",
    { auths: { "registry-1.docker.io": GOOD } },
    [['auths["registry-1.docker.io"]', /kubelet never uses it/]],
  ],
  [
    "a password that ends in a line break",
    { auths: { "b.example.com": { auth: Buffer.from("user:secret-word\n").toString("base64") } } },
    [['auths["b.example.com"]', /^has a password that ends in a line break.*make it anew with printf/]],
  ],
  [
    "a username that ends in a line break, and a password with a control character",
    { auths: { "b.example.com": { username: "user\r\n", password: "secret\u0000word" } } },
    [
      ['auths["b.example.com"]', /^has a username that ends in a line break/],
      ['auths["b.example.com"]', /^has a password that holds a control character/],
    ],
  ],
  [
    "a credential in a key",
    { auths: { "https://u:secret-word@b.example.com": {}, "u:secret-word@hub.docker.com": GOOD } },
    [
      ['auths["https://b.example.com"]', /holds no credential/],
      ['auths["hub.docker.com"]', /kubelet never uses it/],
    ],
  ],
  ["a key that Go cannot parse", { auths: { "a b": GOOD } }, [['auths["a b"]', /passes this entry over/]]],
  [
    "what works",
    { auths: { "https://index.docker.io/v1/": GOOD, "https://my-registry.cn/images": GOOD } },
    [],
  ],
];

t.test("what kubelet would fail at is refused, every place at once", async (t) => {
  for (const [name, config, expected] of PROBLEMS) {
    const decoded = decodeDockerConfigJson(JSON.stringify(config));
    t.match(decoded, { ok: false, problems: expected.map(([path, message]) => ({ path, message })) }, name);
  }
});

t.test("what kubelet cannot use, or reads otherwise than meant, is told", async (t) => {
  for (const [name, config, expected] of FINDINGS) {
    const decoded = decodeDockerConfigJson(JSON.stringify(config));
    t.ok(decoded.ok, name);
    if (!decoded.ok) continue;
    t.equal(decoded.findings.length, expected.length, name);
    t.match(
      decoded.findings,
      expected.map(([path, message]) => ({ path, message })),
      name,
    );
    t.notMatch(JSON.stringify(decoded.findings), /secret.*word/, "none is quoted");
  }
});

t.test("JSON that is broken is told by place, without quoting it", async (t) => {
  const decoded = decodeDockerConfigJson('{\n  "auths": {"a": {"password": "secret-word" oops');
  t.same(decoded, { ok: false, problems: [{ path: "", message: "is not JSON: see line 2, column 45" }] });
});

t.test("broken JSON of any depth is told", async (t) => {
  const decoded = decodeDockerConfigJson("[".repeat(100_000));
  t.match(decoded, { ok: false, problems: [{ path: "", message: /^is not JSON: see its nesting/ }] });
});
