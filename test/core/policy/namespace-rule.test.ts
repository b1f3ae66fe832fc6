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
