import { readFileSync } from "node:fs";
import t from "tap";
import { createKeyring, type Keyring } from "../../../src/core/credential/keyring-lookup.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";

/** What kubelet's own keyring found for these keys and images; see test/oracle. */
type Answer = {
  readonly name: string;
  readonly secrets: readonly (readonly string[])[];
  readonly lookups: readonly {
    readonly image: string;
    readonly repository: string;
    readonly usernames: readonly string[];
    readonly ordered: boolean;
  }[];
};
const answers: readonly Answer[] = JSON.parse(
  readFileSync(new URL("../../fixtures/oracle/keyring.json", import.meta.url), "utf8"),
);

/** A keyring of Secrets that hold these keys. */
function keyringOf(secrets: readonly (readonly string[])[]): Keyring<number> {
  return createKeyring(
    secrets.map((keys, owner) => ({
      owner,
      credentials: new Map(keys.map((key) => [key, { username: "u", password: new Redacted("p") }])),
    })),
  );
}

function found(entries: ReturnType<Keyring<number>["lookUp"]>): readonly string[] {
  return entries.map(({ owner, server }) => `${owner} ${server}`);
}

t.test("credentials are found as kubelet finds them, and in its order", async (t) => {
  let ordered = 0;
  for (const { name, secrets, lookups } of answers) {
    const keyring = keyringOf(secrets);
    for (const lookup of lookups) {
      const usernames = found(keyring.lookUp(lookup.repository));
      ordered += lookup.ordered && usernames.length > 1 ? 1 : 0;
      t.same(lookup.ordered ? usernames : usernames.toSorted(), lookup.usernames, `${name}: ${lookup.image}`);
    }
  }
  t.ok(ordered > 5, "the oracle was asked for an order");
});

t.test("of a host, the credentials of every path are found", async (t) => {
  const keyring = keyringOf([
    ["https://harbor.example.com/v2/", "harbor.example.com/shop", "other.example.com"],
    ["*.example.com", "harbor.example.com:5000", "index.docker.io"],
  ]);
  const rows = [
    [
      "harbor.example.com",
      ["0 harbor.example.com/shop", "0 https://harbor.example.com/v2/", "1 *.example.com"],
    ],
    ["harbor.example.com:5000", ["1 harbor.example.com:5000"]],
    ["docker.io", ["1 index.docker.io"]],
    ["nowhere.example.org", []],
  ] as const;
  for (const [registry, expected] of rows) t.same(found(keyring.lookUpHost(registry)), expected, registry);
});
