import t from "tap";
import { namedScopes, ownSecrets, wholeScopes } from "../../src/cli/scopes.ts";
import type { Scope } from "../../src/core/policy/namespace-rule.ts";
import { config } from "../builders/config.ts";

const { mappings } = config([
  { name: "open", matchImages: ["a.example.com"], secretName: "open-pull" },
  {
    name: "named",
    matchImages: ["b.example.com"],
    secretName: "named-pull",
    namespaces: { include: ["a", "b"] },
  },
  {
    name: "written",
    matchImages: ["c.example.com"],
    secretName: "written-pull",
    namespaces: { include: ["a", "pullcred"] },
    credentials: { configFile: { path: "/config.json" } },
  },
]);

t.test(
  "of its own namespace, a mapping needs its origin and the keys by which a cloud is asked for it",
  async (t) => {
    const auth = { secretRef: { name: "aws-keys" } };
    const { mappings } = config([
      { name: "given", matchImages: ["a.example.com"], credentials: { secretRef: { name: "harbor-creds" } } },
      { name: "cloud", matchImages: ["b.example.com"], credentials: { ecr: { region: "eu-west-1", auth } } },
      { name: "role", matchImages: ["c.example.com"], credentials: { ecr: { region: "eu-west-1" } } },
    ]);
    t.same(mappings.map(ownSecrets), [
      ["harbor-creds", "harbor-creds"],
      ["pullcred-cloud", "aws-keys"],
      ["pullcred-role"],
    ]);
  },
);

function plain(scopes: ReadonlyMap<string, Scope>): readonly unknown[] {
  return [...scopes].map(([name, scope]) => [name, scope === "all" ? scope : [...scope]]);
}

t.test("with ClusterRoles only, copies may be anywhere", async (t) => {
  const { copies, roles } = wholeScopes(mappings);
  t.same(plain(copies), [
    ["open-pull", "all"],
    ["named-pull", "all"],
    ["written-pull", "all"],
  ]);
  t.same(plain(roles), [
    ["open-pull", "all"],
    ["named-pull", "all"],
    ["written-pull", "all"],
  ]);
});

t.test(
  "with Roles, a mapping that names its namespaces is kept to them; an origin has a Role, too",
  async (t) => {
    const { copies, roles } = namedScopes(mappings, "pullcred");
    t.same(plain(copies), [
      ["open-pull", "all"],
      ["named-pull", ["a", "b"]],
      ["written-pull", ["a"]],
    ]);
    t.same(plain(roles), [
      ["open-pull", "all"],
      ["named-pull", ["a", "b"]],
      ["written-pull", ["a", "pullcred"]],
    ]);
  },
);
