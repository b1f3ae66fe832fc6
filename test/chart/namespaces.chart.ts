import t from "tap";
import { completeNamespaces } from "../../src/core/config/defaults.ts";
import { compileNamespaceRule } from "../../src/core/policy/namespace-rule.ts";
import { render } from "./lib/render.ts";
import { mapping } from "./lib/values.ts";

const NAMES = ["a", "ab", "abc", "team-a", "team-b", "team-ab", "kube-public"];

/** What may stand in `exclude`, each with every name included. */
const EXCLUDES: readonly (readonly string[])[] = [
  [],
  ["abc"],
  ["a*"],
  ["*a"],
  ["*-*"],
  ["?"],
  ["??", "abc"],
  ["team-?"],
  ["team-[a-b]"],
  ["team-[^a]"],
  ["[abt]*"],
  ["[a-bt]??*"],
  ["kube-*", "team-*"],
  ["abc*"],
  ["*abc*"],
  ["TEAM-*"],
  ["[z-a]*"],
  ["x"],
];

/** What is malformed matches nothing, to both. */
const MALFORMED: readonly (readonly string[])[] = [["[abc"], ["[]a]"], ["[-a]*"], ["a\\"]];

t.test("the chart makes Roles where the process expects them", async (t) => {
  const cases = [...EXCLUDES, ...MALFORMED];
  const registries = cases.map((exclude, index) =>
    mapping(`m${index}`, { namespaces: { include: NAMES, exclude } }),
  );
  const chart = render({ registries });
  for (const [index, exclude] of cases.entries()) {
    const { scope } = compileNamespaceRule(completeNamespaces({ include: NAMES, exclude }));
    const roles = chart
      .names("Role")
      .filter((name) => name.endsWith(`/pullcred:pullcred-m${index}`))
      .map((name) => name.split("/")[0]);
    t.same(roles, scope === "all" ? "all" : [...scope].toSorted(), exclude.join(" "));
  }
});

t.test("a glob that the chart cannot read excludes nothing: a Role too many does no harm", async (t) => {
  const registries = [
    mapping("harbor", { namespaces: { include: ["team-a", "team-b"], exclude: ["team-[\\a]"] } }),
  ];
  t.same(render({ registries }).names("Role"), [
    "pullcred",
    "team-a/pullcred:pullcred-harbor",
    "team-b/pullcred:pullcred-harbor",
  ]);
});

t.test("what has a glob, or names nothing, has a ClusterRole, as the process expects", async (t) => {
  const includes = [undefined, ["*"], ["team-a", "team-?"], ["team-[a]"], ["team-\\a"]];
  const registries = includes.map((include, index) =>
    mapping(`m${index}`, include && { namespaces: { include } }),
  );
  const chart = render({ registries });
  for (const [index, include] of includes.entries()) {
    const { scope } = compileNamespaceRule(completeNamespaces(include && { include }));
    t.equal(scope, "all");
    t.ok(chart.find("ClusterRole", `pullcred:pullcred-m${index}`));
  }
});
