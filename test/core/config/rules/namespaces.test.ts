import t from "tap";
import { lintLines, mappingWith } from "../lint-lines.ts";

const PATH = "registries[0].namespaces";
const SHADOWED = "shadowed by the namespace rules:";
const NAMES =
  'names are lower-case letters, digits and "-", starting and ending with a letter or digit, at most 63 characters';

/** The namespaces in YAML, and the issues without their place. */
const ROWS: readonly (readonly [string, string, readonly string[]])[] = [
  ["no rules", "{}", []],
  ["an include that the default exclude would take away", "{include: [kube-system]}", []],
  ["an empty exclude", "{exclude: []}", []],
  [
    "no include",
    "{include: []}",
    [`error: ${PATH}.include: must be a list of namespace names or globs; it has no item`],
  ],
  [
    "everything that is included is excluded",
    "{include: [team-a, 'team-b*'], exclude: ['team-*']}",
    [`error: ${PATH}: ${SHADOWED} exclude takes away everything that include allows`],
  ],
  [
    "several excludes cover an include only together",
    "{include: ['[a-c]'], exclude: ['[a-b]', c]}",
    [`error: ${PATH}: ${SHADOWED} exclude takes away everything that include allows`],
  ],
  [
    "one of the includes is excluded",
    "{include: [team-a, ops], exclude: ['team-*']}",
    [`warning: ${PATH}.include[0]: has no effect: exclude takes away everything that it allows`],
  ],
  [
    "an item stands twice",
    "{include: [a, b, a], exclude: [c, c]}",
    [
      `warning: ${PATH}.include[2]: is the same as item [0]; remove one`,
      `warning: ${PATH}.exclude[1]: is the same as item [0]; remove one`,
    ],
  ],
  [
    "names that no namespace can have",
    `{include: [Team, 'a,b', 'team.*', '-*', 'a*-', '[A-Z]', 'x[', ${"a".repeat(64)}, '${"a".repeat(64)}*', '*, ops']}`,
    [
      `error: ${PATH}.include[0]: no namespace can match: ${NAMES}`,
      `error: ${PATH}.include[1]: no namespace can match: ${NAMES}`,
      `error: ${PATH}.include[2]: no namespace can match: names have no ".", only lower-case letters, digits and "-"`,
      `error: ${PATH}.include[3]: no namespace can match: names start and end with a letter or digit, not with "-"`,
      `error: ${PATH}.include[4]: no namespace can match: names start and end with a letter or digit, not with "-"`,
      `error: ${PATH}.include[5]: no namespace can match: a class in [ ] has no lower-case letter, digit or "-"`,
      `error: ${PATH}.include[6]: no namespace can match: it is malformed; a class is written "[a-f]" and must be closed`,
      `error: ${PATH}.include[7]: no namespace can match: ${NAMES}`,
      `error: ${PATH}.include[8]: no namespace can match: names have at most 63 characters`,
      `error: ${PATH}.include[9]: no namespace can match: write one glob for each item, not several with ","`,
    ],
  ],
  [
    "a label that must have a value and must not",
    "{selector: {matchLabels: {tier: a}, matchExpressions: [{key: tier, operator: NotIn, values: [a]}]}}",
    [
      `error: ${PATH}.selector: ${SHADOWED} no namespace can satisfy it, because no value is left for the label "tier"`,
    ],
  ],
  [
    "a label that must have two values",
    "{selector: {matchExpressions: [{key: a, operator: In, values: [x, y]}, {key: a, operator: In, values: [z]}]}}",
    [
      `error: ${PATH}.selector: ${SHADOWED} no namespace can satisfy it, because no value is left for the label "a"`,
    ],
  ],
  [
    "a label that must be there and must not",
    "{selector: {matchExpressions: [{key: a, operator: Exists}, {key: a, operator: DoesNotExist}]}}",
    [
      `error: ${PATH}.selector: ${SHADOWED} no namespace can satisfy it, because the label "a" must both exist and not exist`,
    ],
  ],
  [
    "conditions that leave something",
    "{selector: {matchLabels: {b: x}, matchExpressions: [{key: a, operator: NotIn, values: [x]}, " +
      "{key: a, operator: DoesNotExist}, {key: b, operator: Exists}]}}",
    [],
  ],
  [
    "values where they don't belong, and none where they do",
    "{selector: {matchExpressions: [{key: a, operator: In}, {key: b, operator: Exists, values: [x]}]}}",
    [
      `error: ${PATH}.selector.matchExpressions[0].values: must have at least one value, because the operator is In`,
      `error: ${PATH}.selector.matchExpressions[1].values: must not be written, because the operator is Exists; to ` +
        "compare values use In or NotIn",
    ],
  ],
  [
    "a wrong include hides nothing of the selector and of exclude",
    "{include: [], exclude: [a, a], selector: {matchExpressions: [{key: a, operator: In}, {key: b, operator: Exists, values: [x]}]}}",
    [
      `error: ${PATH}.include: must be a list of namespace names or globs; it has no item`,
      `warning: ${PATH}.exclude[1]: is the same as item [0]; remove one`,
      `error: ${PATH}.selector.matchExpressions[0].values: must have at least one value, because the operator is In`,
      `error: ${PATH}.selector.matchExpressions[1].values: must not be written, because the operator is Exists; to ` +
        "compare values use In or NotIn",
    ],
  ],
  [
    "a wrong exclude hides no contradiction of the selector",
    "{exclude: [X], selector: {matchExpressions: [{key: a, operator: Exists}, {key: a, operator: DoesNotExist}]}}",
    [
      `error: ${PATH}.exclude[0]: no namespace can match: ${NAMES}`,
      `error: ${PATH}.selector: ${SHADOWED} no namespace can satisfy it, because the label "a" must both exist and not exist`,
    ],
  ],
  [
    "a wrong selector does not hide that exclude takes everything away",
    "{include: [a], exclude: [a], selector: {matchLabels: 1}}",
    [
      `error: ${PATH}: ${SHADOWED} exclude takes away everything that include allows`,
      `error: ${PATH}.selector.matchLabels: must be a mapping of label keys to label values; it is a number`,
    ],
  ],
  [
    "of a part that is spelt wrong, the default is not held against the others",
    "{includ: [kube-system], exclude: ['*']}",
    [`error: ${PATH}.includ: unknown key "includ"; did you mean "include"?`],
  ],
  [
    "a selector for a namespace that the names exclude",
    "{selector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}",
    [`error: ${PATH}.selector: ${SHADOWED} include and exclude allow none of the namespaces that it names`],
  ],
];

for (const [name, namespaces, expected] of ROWS) {
  t.test(name, async (t) => {
    const lines = lintLines(mappingWith([`namespaces: ${namespaces}`]));
    t.same(
      lines.map((line) => line.replace(/^c\.yaml:7:\d+: /, "")),
      expected,
    );
  });
}
