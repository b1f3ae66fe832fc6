import t from "tap";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { describePlan, type Login, planLogins } from "../../../src/core/verify/login-plan.ts";
import { config } from "../../builders/config.ts";

function logins(matchImages: readonly string[], servers: readonly string[]): readonly Login[] {
  const [mapping] = config([{ name: "a", matchImages }]).mappings;
  if (mapping === undefined) throw new Error("no mapping");
  const credentials = new Map(
    servers.map((server) => [server, { username: "u", password: new Redacted("p") }]),
  );
  return planLogins(mapping, credentials);
}

/** The registries and keys that are tried for a mapping. */
function plan(matchImages: readonly string[], servers: readonly string[]) {
  return logins(matchImages, servers).map(({ registry, entries }) => [
    registry,
    ...entries.map(({ server }) => server),
  ]);
}

t.test("a mapping's credentials are tried at the registries that it is for", async (t) => {
  const rows = [
    [["reg.example.com"], ["reg.example.com"], [["reg.example.com", "reg.example.com"]]],
    [
      ["reg.example.com/a/", "reg.example.com/b/"],
      ["reg.example.com"],
      [["reg.example.com", "reg.example.com"]],
    ],
    [
      ["reg.example.com"],
      ["reg.example.com", "https://reg.example.com/v2/shop"],
      [["reg.example.com", "https://reg.example.com/v2/shop", "reg.example.com"]],
    ],
    [["reg.example.com:5000"], ["reg.example.com:5000"], [["reg.example.com:5000", "reg.example.com:5000"]]],
    [["reg.example.com"], ["other.example.com"], [["reg.example.com"]]],
    [["docker.io"], ["https://index.docker.io/v1/"], [["docker.io", "https://index.docker.io/v1/"]]],
    [["index.docker.io/acme/"], ["docker.io"], [["docker.io", "docker.io"]]],
    [
      ["*.example.com"],
      ["a.example.com", "b.example.com/x"],
      [
        ["a.example.com", "a.example.com"],
        ["b.example.com", "b.example.com/x"],
      ],
    ],
    [["*.example.com"], ["*.example.com"], []],
    [["*.example.com"], ["a.example.org"], []],
    [["*.example.com", "a.example.com"], ["*.example.com"], [["a.example.com", "*.example.com"]]],
  ] as const;
  for (const [patterns, servers, expected] of rows) {
    t.same(plan(patterns, servers), expected, `${patterns} with ${servers}`);
  }
});

t.test("plans are described alike where the same keys are tried at the same registries", async (t) => {
  const describe = (patterns: readonly string[], servers: readonly string[]): string =>
    describePlan(logins(patterns, servers));
  const first = describe(["a.example.com/x/"], ["a.example.com"]);
  t.equal(describe(["a.example.com/y/", "a.example.com/z/"], ["a.example.com"]), first);
  t.not(describe(["b.example.com"], ["a.example.com"]), first);
  t.not(describe(["a.example.com", "b.example.com"], ["a.example.com"]), first);
  t.not(describe(["a.example.com"], ["a.example.com/x"]), first);
});
