import { readFileSync } from "node:fs";
import t from "tap";
import { readPullSecret } from "../../../src/core/audit/read-pull-secret.ts";
import type { Secret } from "../../../src/core/secret/secret.ts";

type OracleCase = {
  readonly name: string;
  readonly form: "dockerconfigjson" | "dockercfg";
  readonly text: string;
  readonly error: string | null;
  readonly entries: Readonly<Record<string, unknown>> | null;
};

/** What kubelet's own code made of these texts; see test/oracle. */
const CASES: readonly OracleCase[] = JSON.parse(
  readFileSync(new URL("../../fixtures/oracle/docker-config.json", import.meta.url), "utf8"),
);

/** Where what a person is told differs from kubelet, on purpose. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "bytes that are no UTF-8": "kubelet accepts it, and cannot hand it to the container runtime",
  "standard alphabet: + and /": "the same",
  "auths and AUTHS merge": "the last of two spellings counts",
  "auths twice merge": "JSON.parse keeps the last of equal keys",
  "the same key twice, the first broken": "JSON.parse keeps the last of equal keys",
};

function secret(type: string | undefined, data: Readonly<Record<string, string>>): Secret {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "team-a" },
    ...(type !== undefined && { type }),
    data: Object.fromEntries(encoded),
  };
}

for (const { name, form, text, error, entries } of CASES) {
  t.test(`kubelet reads or refuses ${form} the same: ${name}`, async (t) => {
    const reading = readPullSecret(secret(`kubernetes.io/${form}`, { [`.${form}`]: text }));
    const servers =
      reading.kind === "read" ? [...reading.credentials.keys(), ...reading.empty.keys()].sort() : [];
    const answer = {
      isRefused: reading.kind === "refused",
      servers: servers.map((one) => one.toWellFormed()),
    };
    const isEmptyText = text === ""; // kubelet does not look into an empty key
    const expected = {
      isRefused: error !== null && !isEmptyText,
      servers: error === null ? Object.keys(entries ?? {}).sort() : [],
    };
    if (DIFFERENCES[name] === undefined) t.same(answer, expected);
    else t.notSame(answer, expected, DIFFERENCES[name]);
    if (reading.kind === "refused") t.ok(reading.problems.length > 0, "it says why");
  });
}

t.test("what kubelet passes over is ignored, and never fails a pull", async (t) => {
  const config = '{"auths":{"a.example.com":{"username":"u","password":"p"}}}';
  const rows: readonly (readonly [string, Secret, RegExp])[] = [
    ["no type", secret(undefined, { ".dockerconfigjson": config }), /is of type Opaque/],
    ["Opaque", secret("Opaque", { ".dockerconfigjson": config }), /is of type Opaque/],
    [
      "basic-auth",
      secret("kubernetes.io/basic-auth", { username: "u" }),
      /basic-auth, which kubelet does not read/,
    ],
    [
      "the other form's key",
      secret("kubernetes.io/dockerconfigjson", { ".dockercfg": "{" }),
      /nothing in data\[\.dockerconfigjson\]/,
    ],
    [
      "an empty key",
      secret("kubernetes.io/dockercfg", { ".dockercfg": "" }),
      /nothing in data\[\.dockercfg\]/,
    ],
    ["no auths", secret("kubernetes.io/dockerconfigjson", { ".dockerconfigjson": "{}" }), /has no registry/],
  ];
  for (const [what, given, message] of rows) {
    const reading = readPullSecret(given);
    t.equal(reading.kind, "ignored", what);
    t.match(reading, { message }, what);
  }
});

t.test("data that is not base64 is told as that, not by what it would decode to", async (t) => {
  const given = secret("kubernetes.io/dockerconfigjson", {});
  const reading = readPullSecret({ ...given, data: { ".dockerconfigjson": "!!! not base64" } });
  t.same(reading, {
    kind: "refused",
    problems: [{ path: "data[.dockerconfigjson]", message: "is not base64" }],
  });
});

t.test("an entry without a credential is one that kubelet tries", async (t) => {
  const text = '{"auths":{"a.example.com":{},"b.example.com":{"username":"u","password":"p"}}}';
  const reading = readPullSecret(secret("kubernetes.io/dockerconfigjson", { ".dockerconfigjson": text }));
  t.match(reading, { kind: "read" });
  if (reading.kind !== "read") return;
  t.same([...reading.credentials.keys()], ["b.example.com"]);
  t.match([...reading.empty], [["a.example.com", /holds no credential/]]);
});
