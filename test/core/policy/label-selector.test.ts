import t from "tap";
import type { LabelSelector } from "../../../src/core/config/schema.ts";
import { compileLabelSelector, type Labels } from "../../../src/core/policy/label-selector.ts";

const ROWS: readonly (readonly [string, LabelSelector, Labels, boolean])[] = [
  ["an empty selector matches everything", {}, {}, true],
  ["a label with the value", { matchLabels: { tier: "app" } }, { tier: "app", other: "x" }, true],
  ["a label with another value", { matchLabels: { tier: "app" } }, { tier: "db" }, false],
  ["no such label", { matchLabels: { tier: "" } }, {}, false],
  ["all of the labels", { matchLabels: { a: "1", b: "2" } }, { a: "1" }, false],
  ["In with the value", requirement("In", ["app", "db"]), { tier: "db" }, true],
  ["In without the label", requirement("In", ["app"]), {}, false],
  ["NotIn with the value", requirement("NotIn", ["app"]), { tier: "app" }, false],
  ["NotIn with another value", requirement("NotIn", ["app"]), { tier: "db" }, true],
  ["NotIn without the label", requirement("NotIn", ["app"]), {}, true],
  ["Exists with an empty value", requirement("Exists"), { tier: "" }, true],
  ["Exists without the label", requirement("Exists"), {}, false],
  ["DoesNotExist with the label", requirement("DoesNotExist"), { tier: "app" }, false],
  ["DoesNotExist without the label", requirement("DoesNotExist"), {}, true],
  [
    "labels and expressions together",
    { matchLabels: { a: "1" }, ...requirement("Exists") },
    { a: "1" },
    false,
  ],
  [
    "a label called like what every object inherits",
    { matchExpressions: [{ key: "constructor", operator: "Exists" }] },
    {},
    false,
  ],
];

for (const [name, selector, labels, expected] of ROWS) {
  t.test(`${name}: ${expected}`, async (t) => t.equal(compileLabelSelector(selector)(labels), expected));
}

type Operator = "In" | "NotIn" | "Exists" | "DoesNotExist";

function requirement(operator: Operator, values?: readonly string[]): LabelSelector {
  return { matchExpressions: [{ key: "tier", operator, ...(values && { values }) }] };
}
