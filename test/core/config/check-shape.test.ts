import t from "tap";
import { lintLines, mappingWith } from "./lint-lines.ts";

const DNS_LABEL =
  'must be lower-case letters, digits and "-", starting and ending with a letter or digit, at most 63 characters';
const REGISTRIES = "a list of registries, each with name, matchImages and credentials";
const TOP_KEYS = "the keys here are apiVersion, kind, provisioning and registries";
const NO_CREDENTIAL =
  "no credential may stand in this file: put it in a Secret and name that with credentials.secretRef";

const FILES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "text instead of a mapping",
    "dckr_pat_hunter2\n",
    ["c.yaml:1:1: error: must be a mapping with apiVersion, kind and registries; it is text"],
  ],
  [
    "a docker config.json",
    '{"auths": {"harbor.example.com": {"auth": "aHVudGVyMg=="}}}\n',
    [
      'c.yaml:1:1: error: apiVersion: is missing; it must be "pullcred.dev/v1"',
      'c.yaml:1:1: error: kind: is missing; it must be "Config"',
      `c.yaml:1:1: error: registries: is missing; it must be ${REGISTRIES}`,
      `c.yaml:1:2: error: auths: unknown key "auths"; ${NO_CREDENTIAL}`,
    ],
  ],
  [
    "keys that every JavaScript object inherits",
    "apiVersion: pullcred.dev/v1\nkind: Config\nregistries: []\n__proto__: {provisioning: eager}\nconstructor: 1\n",
    [
      "c.yaml:3:13: warning: registries: has no item, so no Pod gets a pull secret",
      `c.yaml:4:1: error: __proto__: unknown key "__proto__"; ${TOP_KEYS}`,
      `c.yaml:5:1: error: constructor: unknown key "constructor"; ${TOP_KEYS}`,
    ],
  ],
  [
    "another version, and registries as a mapping",
    "apiVersion: pullcred.dev/v2\nkind: Config\nregistries: {harbor: {}}\n",
    [
      'c.yaml:1:13: error: apiVersion: must be "pullcred.dev/v1"',
      `c.yaml:3:13: error: registries: must be ${REGISTRIES}; it is a mapping`,
    ],
  ],
  [
    "everything at once, in the order of the file",
    [
      "apiVersion: pullcred.dev/v1",
      "kind: Config",
      "provisioning: on-demand",
      "registries:",
      "- name: 123",
      "  matchImage: [harbor.example.com]",
      "  inject: yes",
      "  namespaces:",
      "  credentials:",
      "    password: hunter2",
      "- name: Harbor",
      "  matchImages: harbor.example.com",
      "  secretName: true",
      "  credentials: {secretRef: harbor-creds}",
      "",
    ].join("\n"),
    [
      'c.yaml:3:15: error: provisioning: must be "onDemand" or "eager"',
      "c.yaml:5:3: error: registries[0].matchImages: is missing; it must be a list of image patterns",
      `c.yaml:5:9: error: registries[0].name: ${DNS_LABEL}; it is a number: put it in quotes`,
      'c.yaml:6:3: error: registries[0].matchImage: unknown key "matchImage"; did you mean "matchImages"?',
      'c.yaml:7:11: error: registries[0].inject: must be "matching" or "always"',
      "c.yaml:8:3: error: registries[0].namespaces: must be a mapping with any of include, exclude or selector; " +
        "it is empty",
      `c.yaml:10:5: error: registries[0].credentials.password: unknown key "password"; ${NO_CREDENTIAL}`,
      `c.yaml:11:9: error: registries[1].name: ${DNS_LABEL}`,
      'c.yaml:12:16: error: registries[1].matchImages: must be a list of image patterns; it is text: put "- " before it',
      'c.yaml:13:15: error: registries[1].secretName: must be lower-case letters, digits, "-" and ".", each part ' +
        "between dots starting and ending with a letter or digit, at most 253 characters; it is true or false: " +
        "put it in quotes",
      "c.yaml:14:28: error: registries[1].credentials.secretRef: must be a mapping with name; it is text",
    ],
  ],
];

for (const [name, text, expected] of FILES) {
  t.test(name, async (t) => t.same(lintLines(text), expected));
}

const MAPPINGS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    "no pattern",
    ["matchImages: []"],
    ["c.yaml:6:16: error: registries[0].matchImages: must be a list of image patterns; it has no item"],
  ],
  [
    "true where a word belongs",
    ["inject: true"],
    ['c.yaml:7:11: error: registries[0].inject: must be "matching" or "always"; it is true or false'],
  ],
  [
    "labels that Kubernetes would refuse",
    ["namespaces: {selector: {matchLabels: {a/b/c: x, tier: no good, size: 1}}}"],
    [
      'c.yaml:7:41: error: registries[0].namespaces.selector.matchLabels["a/b/c"]: its key must be a label key such ' +
        'as "tier" or "example.com/tier": an optional DNS name and "/", then at most 63 letters, digits, "-", "_" ' +
        'and ".", starting and ending with a letter or digit',
      "c.yaml:7:57: error: registries[0].namespaces.selector.matchLabels.tier: must be a label value: at most 63 " +
        'letters, digits, "-", "_" and ".", starting and ending with a letter or digit',
      "c.yaml:7:72: error: registries[0].namespaces.selector.matchLabels.size: must be a label value: at most 63 " +
        'letters, digits, "-", "_" and ".", starting and ending with a letter or digit; it is a number: put it in quotes',
    ],
  ],
  [
    "an unknown operator",
    ["namespaces: {selector: {matchExpressions: [{key: tier, operator: in, values: [a]}]}}"],
    [
      "c.yaml:7:68: error: registries[0].namespaces.selector.matchExpressions[0].operator: must be " +
        '"In", "NotIn", "Exists" or "DoesNotExist"',
    ],
  ],
];

for (const [name, lines, expected] of MAPPINGS) {
  t.test(name, async (t) => t.same(lintLines(mappingWith(lines)), expected));
}

const CREDENTIALS: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "no source",
    "{}",
    [
      "c.yaml:6:16: error: registries[0].credentials: must be a mapping with exactly one of secretRef, configFile, exec, ecr, ecrPublic, gar, azure, alibaba or tencent; it has none",
    ],
  ],
  [
    "two sources",
    "{secretRef: {name: a}, configFile: {path: /a}}",
    [
      "c.yaml:6:16: error: registries[0].credentials: must be a mapping with exactly one of secretRef, configFile, exec, ecr, ecrPublic, gar, azure, alibaba or tencent; " +
        "it has secretRef and configFile",
    ],
  ],
  [
    "a source that is misspelt",
    "{secretref: {name: a}}",
    [
      'c.yaml:6:17: error: registries[0].credentials.secretref: unknown key "secretref"; did you mean "secretRef"?',
    ],
  ],
  [
    "a credential where a source belongs",
    "hunter2",
    [
      "c.yaml:6:16: error: registries[0].credentials: must be a mapping with exactly one of secretRef, configFile, exec, ecr, ecrPublic, gar, azure, alibaba or tencent; it is text",
    ],
  ],
  [
    "a path that the shell would expand",
    "{configFile: {path: ~/config.json}}",
    [
      'c.yaml:6:36: error: registries[0].credentials.configFile.path: must be the path of a file; "~" is not expanded: ' +
        "write it out",
    ],
  ],
];

for (const [name, credentials, expected] of CREDENTIALS) {
  const text = `apiVersion: pullcred.dev/v1\nkind: Config\nregistries:\n- name: a\n  matchImages: [a.example.com]\n  credentials: ${credentials}\n`;
  t.test(`credentials: ${name}`, async (t) => t.same(lintLines(text), expected));
}
