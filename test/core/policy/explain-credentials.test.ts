import { readFileSync } from "node:fs";
import t from "tap";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { explainCredentials, type NamedSecret } from "../../../src/core/policy/explain-credentials.ts";

type OracleCase = {
  readonly name: string;
  readonly secrets: readonly (readonly string[])[];
  readonly lookups: readonly {
    readonly repository: string;
    readonly usernames: readonly string[];
    readonly ordered: boolean;
  }[];
};

/** The order in which kubelet's own code tried the keys of these Secrets; see test/oracle. */
const CASES: readonly OracleCase[] = JSON.parse(
  readFileSync(new URL("../../fixtures/oracle/keyring.json", import.meta.url), "utf8"),
);

const CREDENTIAL = { username: "u", password: new Redacted("p") };

function secret(name: string, servers: readonly string[], empty: readonly string[] = []): NamedSecret {
  return {
    name,
    found: {
      kind: "read",
      credentials: new Map(servers.map((server) => [server, CREDENTIAL])),
      empty: new Map(empty.map((server) => [server, "has no password"])),
    },
  };
}

t.test("the order is kubelet's", async (t) => {
  for (const { name, secrets, lookups } of CASES) {
    const named = secrets.map((servers, index) => secret(String(index), servers));
    // describeServer takes away what people write in front of a host; the oracle knows the key as it is.
    if (secrets.flat().some((server) => /[@?#]/.test(server))) continue;
    for (const { repository, usernames, ordered } of lookups) {
      const tried = explainCredentials(repository, named)
        .filter(({ isUsed }) => isUsed)
        .map((step) => `${step.secret} ${step.key}`);
      t.same(ordered ? tried : tried.toSorted(), usernames, `${name}: ${repository}`);
    }
  }
});

t.test("traps are told where they are", async (t) => {
  const rows: readonly (readonly [
    string,
    readonly NamedSecret[],
    readonly (readonly [string, boolean, RegExp | null])[],
  ])[] = [
    [
      "docker.io/library/nginx",
      [secret("a", ["docker.io", "https://index.docker.io/v1/"])],
      [
        ["docker.io", true, null],
        ["https://index.docker.io/v1/", false, /tried only where no other key is for the image/],
      ],
    ],
    [
      "reg.example.com/a",
      [secret("a", ["reg.example.com", "index.docker.io", "hub.docker.com"])],
      [
        ["reg.example.com", true, null],
        ["index.docker.io", false, null],
        ["hub.docker.com", false, /kubelet never uses it/],
      ],
    ],
    [
      "reg.example.com/a",
      [secret("a", ["reg.example.com", "https://reg.example.com/v2/"])],
      [
        ["reg.example.com", true, /no fixed order/],
        ["https://reg.example.com/v2/", true, /no fixed order/],
      ],
    ],
    [
      "reg.example.com/a",
      [secret("a", [], ["reg.example.com"])],
      [["reg.example.com", true, /has no password; kubelet tries/]],
    ],
    [
      "reg.example.com/a",
      [secret("a", ["https://bob:pw@reg.example.com"])],
      [["https://reg.example.com", true, null]],
    ],
  ];
  for (const [repository, secrets, expected] of rows) {
    t.match(
      explainCredentials(repository, secrets).map(({ key, isUsed, note }) => [key, isUsed, note]),
      expected,
    );
  }
});

t.test("with one Secret that kubelet cannot read, it tries none", async (t) => {
  const broken: NamedSecret = { name: "b", found: { kind: "refused", problems: [] } };
  const good = secret("a", ["reg.example.com"]);
  t.match(explainCredentials("reg.example.com/a", [good, broken]), [
    { key: "reg.example.com", isUsed: false },
  ]);
  for (const kind of ["missing", "unread"] as const) {
    t.match(explainCredentials("reg.example.com/a", [{ name: "b", found: { kind } }, good]), [
      { isUsed: true },
    ]);
  }
});
