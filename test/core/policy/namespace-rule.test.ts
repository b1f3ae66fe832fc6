import t from "tap";
import type { NamespacesConfig } from "../../../src/core/config/schema.ts";
import { compileNamespaceRule } from "../../../src/core/policy/namespace-rule.ts";

const ROWS: readonly (readonly [string, Partial<NamespacesConfig>, readonly string[], readonly string[]])[] =
  [
    ["everything", {}, ["default", "team-a"], []],
    ["all but some", { exclude: ["kube-*", "ops"] }, ["default"], ["kube-system", "ops"]],
    ["names", { include: ["a", "b"] }, ["a", "b"], ["c", "ab"]],
    ["globs", { include: ["team-?", "[x-z]*"] }, ["team-a", "yard"], ["team-ab", "ayard"]],
    ["exclude wins", { include: ["team-*"], exclude: ["team-x"] }, ["team-a"], ["team-x", "default"]],
    ["exclude everything", { include: ["a"], exclude: ["*"] }, [], ["a"]],
  ];

for (const [name, namespaces, allowed, denied] of ROWS) {
  t.test(name, async (t) => {
    const rule = compileNamespaceRule({ include: ["*"], exclude: [], selector: {}, ...namespaces });
    for (const namespace of allowed) t.equal(rule.allows(namespace, {}), true, namespace);
    for (const namespace of denied) t.equal(rule.allows(namespace, {}), false, namespace);
  });
}

t.test("the selector must hold as well", async (t) => {
  const selector = { matchLabels: { tier: "app" } };
  const rule = compileNamespaceRule({ include: ["team-*"], exclude: ["team-x"], selector });
  t.equal(rule.allows("team-a", { tier: "app" }), true);
  t.equal(rule.allows("team-a", {}), false);
  t.equal(rule.allows("team-x", { tier: "app" }), false);
  t.equal(rule.allows("default", { tier: "app" }), false);
});

t.test("the scope is what the names come to, or everything where a glob includes some", async (t) => {
  const rows: readonly (readonly [string, Partial<NamespacesConfig>, "all" | readonly string[]])[] = [
    ["nothing is written", {}, "all"],
    ["names", { include: ["a", "b"] }, ["a", "b"]],
    ["a name twice", { include: ["a", "a"] }, ["a"]],
    ["a glob beside a name", { include: ["a", "team-?"] }, "all"],
    ["a class that matches one name only", { include: ["team-[a]"] }, "all"],
    ["an excluded name", { include: ["a", "b"], exclude: ["b"] }, ["a"]],
    ["an exclude with a glob", { include: ["a", "team-a"], exclude: ["team-*"] }, ["a"]],
    [
      "a selector, which takes no name away",
      { include: ["a"], selector: { matchLabels: { x: "y" } } },
      ["a"],
    ],
  ];
  for (const [name, namespaces, expected] of rows) {
    const { scope } = compileNamespaceRule({ include: ["*"], exclude: [], selector: {}, ...namespaces });
    t.same(scope === "all" ? scope : [...scope], expected, name);
  }
});

t.test("labels are needed where the name is allowed and a selector could still forbid it", async (t) => {
  const rows: readonly (readonly [string, Partial<NamespacesConfig>, boolean])[] = [
    ["no selector", {}, false],
    ["an empty one", { selector: { matchLabels: {}, matchExpressions: [] } }, false],
    ["a label that must be there", { selector: { matchLabels: { tier: "app" } } }, true],
    [
      "a label that must not be there",
      { selector: { matchExpressions: [{ key: "x", operator: "DoesNotExist" }] } },
      true,
    ],
    ["a name that is excluded", { exclude: ["team-*"], selector: { matchLabels: { tier: "app" } } }, false],
  ];
  for (const [name, namespaces, expected] of rows) {
    const rule = compileNamespaceRule({ include: ["*"], exclude: [], selector: {}, ...namespaces });
    t.equal(rule.needsLabels("team-a"), expected, name);
  }
});
