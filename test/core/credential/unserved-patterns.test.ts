import { readFileSync } from "node:fs";
import t from "tap";
import { credentialsForPatterns } from "../../../src/core/credential/basic-auth.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { findUnservedPatterns } from "../../../src/core/credential/unserved-patterns.ts";

function unserved(keys: readonly string[], patterns: readonly string[]): readonly string[] {
  const credential = { username: "u", password: new Redacted("p") };
  const findings = findUnservedPatterns(new Map(keys.map((key) => [key, credential])), patterns);
  return findings.map(({ path }) => path);
}

t.test("an entry serves a pattern if one of its images could be pulled with it", async (t) => {
  const rows: readonly (readonly [key: string, pattern: string])[] = [
    ["reg.example.com", "reg.example.com"],
    ["https://reg.example.com/v2/", "reg.example.com/team/"],
    ["reg.example.com/team/app", "reg.example.com/team/"], // some of the images
    ["reg.example.com/te", "reg.example.com/team"],
    ["reg.example.com:5000", "reg.example.com:5000/team"],
    ["https://bob:pw@reg.example.com", "reg.example.com"],
    ["*.example.com", "reg.example.com"],
    ["reg.example.com", "*.example.com"],
    ["a-*.example.com", "*-b.*.com"],
    ["https://index.docker.io/v1/", "docker.io"],
    ["https://index.docker.io/v1/", "index.docker.io/acme/"],
    ["index.docker.io", "docker.io/library/nginx"],
    ["https://index.docker.io/v1/", "*.io"],
    ["https://index.docker.io/v1/", "localhost"], // kubelet's default reaches every host without dot and port
    ["docker.io", "docker.io/acme/"],
    ["docker.io/acme", "index.docker.io"],
  ];
  for (const [key, pattern] of rows) t.same(unserved([key], [pattern]), [], `${key} for ${pattern}`);
});

t.test("an entry does not serve a pattern if none of its images could be", async (t) => {
  const rows: readonly (readonly [key: string, pattern: string])[] = [
    ["harbor.example.com", "mismatch.example.com"],
    ["reg.example.com:5000", "reg.example.com"],
    ["reg.example.com", "reg.example.com:443"],
    ["reg.example.com/other", "reg.example.com/team/"],
    ["example.com", "*.example.com"],
    ["*.example.com", "a.b.example.com"],
    ["a-*.example.com", "b.example.com"],
    ["reg.example.com", "Reg.example.com"],
    ["https://index.docker.io/v1/", "reg.example.com"],
    ["https://index.docker.io/v1/", "docker.io:443"],
    ["https://index.docker.io/v1/", "localhost:5000"],
    ["https://index.docker.io/v1", "docker.io"], // read as the repositories below index.docker.io/v1
    ["index.docker.io/acme", "docker.io/acme"],
    ["hub.docker.com", "docker.io"],
    ["a b", "reg.example.com"],
  ];
  for (const [key, pattern] of rows) {
    t.same(unserved([key], [pattern]), ["matchImages[0]"], `${key} for ${pattern}`);
  }
});

t.test("each pattern is looked at by itself, and any entry may serve it", async (t) => {
  t.same(unserved(["b.example.com", "a.example.com"], ["a.example.com", "c.example.com", "b.example.com"]), [
    "matchImages[1]",
  ]);
});

t.test("a username and password for all patterns serve them all", async (t) => {
  const patterns = ["index.docker.io/acme", "*.example.com:5000/v1/app", "[::1]:5000", "localhost", "*"];
  t.same(findUnservedPatterns(credentialsForPatterns("u", new Redacted("p"), patterns), patterns), []);
});

type Keyring = {
  readonly name: string;
  readonly secrets: readonly (readonly string[])[];
  readonly lookups: readonly { readonly repository: string; readonly usernames: readonly string[] }[];
};

/** What kubelet's own keyring found for these keys and images; see test/oracle. */
const KEYRINGS: readonly Keyring[] = JSON.parse(
  readFileSync(new URL("../../fixtures/oracle/keyring.json", import.meta.url), "utf8"),
);

t.test("what kubelet finds a credential for is never called unserved", async (t) => {
  let compared = 0;
  for (const { name, secrets, lookups } of KEYRINGS) {
    for (const { repository, usernames } of lookups) {
      if (usernames.length === 0) continue;
      t.same(unserved(secrets.flat(), [repository]), [], `${name}: ${repository}`);
      compared += 1;
    }
  }
  t.ok(compared > 100, "the oracle was asked");
});
