import { readFileSync } from "node:fs";
import t from "tap";
import { authsKeyFor, keyringKey } from "../../../src/core/credential/keyring.ts";
import { matchesPattern, parseMatchPattern } from "../../../src/core/match/match-pattern.ts";

t.test("the name under which kubelet keeps a key", async (t) => {
  const rows = [
    ["reg.example.com", "reg.example.com"],
    ["https://reg.example.com", "reg.example.com"],
    ["http://reg.example.com/", "reg.example.com"],
    ["https://index.docker.io/v1/", "index.docker.io"],
    ["https://index.docker.io/v1", "index.docker.io/v1"],
    ["https://reg.example.com/v2/", "reg.example.com"],
    ["https://reg.example.com/v2/team", "reg.example.com/team"],
    ["https://my-registry.cn/images", "my-registry.cn/images"],
    ["reg.example.com:5000/a", "reg.example.com:5000/a"],
    ["[::1]:5000", "[::1]:5000"],
    ["reg.example.com?query", "reg.example.com"],
    ["a b", null],
    ["%zz", null],
  ] as const;
  for (const [server, key] of rows) t.equal(keyringKey(server), key, server);
});

t.test("a pattern's key is kept for exactly the pattern", async (t) => {
  const rows = [
    ["reg.example.com", "reg.example.com"],
    ["reg.example.com/team", "reg.example.com/team"],
    ["reg.example.com:5000/team/", "reg.example.com:5000/team/"],
    ["*.example.com", "*.example.com"],
    ["index.docker.io/acme", "docker.io/acme"],
    ["reg.example.com/v1/app", "reg.example.com/v1/app"],
    ["reg.example.com/v2/app", "reg.example.com/v2/app"],
  ] as const;
  for (const [pattern, key] of rows) t.equal(keyringKey(authsKeyFor(pattern)), key, pattern);
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

t.test("a key matches the images for which kubelet offers its credential", async (t) => {
  let compared = 0;
  for (const { name, secrets, lookups } of KEYRINGS) {
    const keys = secrets.flat();
    const [server] = keys;
    // Docker Hub's key is a default beside the matching, and several keys have an order of their own.
    if (server === undefined || keys.length !== 1 || keyringKey(server)?.startsWith("index.docker.io"))
      continue;
    const key = keyringKey(server);
    const pattern = key === null ? null : parseMatchPattern(key);
    for (const { repository, usernames } of lookups) {
      const matches = pattern?.ok === true && matchesPattern(pattern.pattern, repository);
      t.equal(matches, usernames.length > 0, `${name}: ${server} for ${repository}`);
      compared += 1;
    }
  }
  t.ok(compared > 100, "the oracle was asked");
});
