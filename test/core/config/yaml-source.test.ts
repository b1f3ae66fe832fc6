import t from "tap";
import { lintLines, mappingWith } from "./lint-lines.ts";

const NOT_INDENTED_BY_TABS = "YAML cannot be indented with tabs: use spaces";
const LOOKS_LIKE_ALIAS = 'YAML reads a value that starts with "*" as an alias: put the text in quotes';
const EMPTY = "c.yaml: error: the file is empty; start it with apiVersion, kind and registries";
const MISSING_CHARACTER =
  'something is missing here: each quote, [ and { must be closed, and each key followed by ":"';

const ROWS: readonly (readonly [string, string, readonly string[]])[] = [
  ["an empty file", "", [EMPTY]],
  ["a file of comments", "# nothing\n", [EMPTY]],
  ["an empty document", "---\n", [EMPTY]],
  [
    "several documents",
    "a: 1\n---\nb: 2\n",
    ['c.yaml:2:1: error: the file must hold one YAML document: remove the "---" and what follows'],
  ],
  ["a tab", "a:\n\tb: 1\n", [`c.yaml:2:1: error: ${NOT_INDENTED_BY_TABS}`]],
  ["a pattern without quotes", "a: [*.example.com]\n", [`c.yaml:1:5: error: ${LOOKS_LIKE_ALIAS}`]],
  ["an unknown alias", "a: &x 1\nb: *y\n", [`c.yaml:2:4: error: ${LOOKS_LIKE_ALIAS}`]],
  [
    "a tag",
    "a: !x 1\n",
    [
      'c.yaml:1:4: error: YAML reads what starts with "!" as a tag, which is not supported: put the text in quotes',
    ],
  ],
  [
    "a template that has not been rendered",
    "a: {{ .Values.a }}\n",
    ["c.yaml:1:5: error: a key must be text; if {{ }} is a placeholder, render the template first"],
  ],
  ["a quote that is not closed", "a: 'x\n", [`c.yaml:2:1: error: ${MISSING_CHARACTER}`]],
  [
    "a file over 1 MiB",
    "#".repeat(1024 * 1024 + 1),
    ["c.yaml: error: the file must be at most 1 MiB, the most that a ConfigMap can hold"],
  ],
];

for (const [name, text, expected] of ROWS) {
  t.test(`refused with its place: ${name}`, async (t) => t.same(lintLines(text), expected));
}

t.test("a key that stands twice hides nothing else that is wrong", async (t) => {
  const text = mappingWith(["secretName: a", "secretName: b", "injekt: always"]);
  t.same(lintLines(text), [
    'c.yaml:8:3: error: the key "secretName" stands twice in one mapping: remove one',
    'c.yaml:9:3: error: registries[0].injekt: unknown key "injekt"; did you mean "inject"?',
  ]);
});

t.test("a small file of aliases does not become a huge value", async (t) => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level++) {
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(", ")}]`,
    );
  }
  t.same(lintLines(lines.join("\n")), ["c.yaml: error: aliases repeat too much of the file: write it out"]);
});

t.test("deep nesting is refused", async (t) => {
  t.match(lintLines("[".repeat(20_000))[0], /: error: nested too deeply$/);
});

t.test("the file's own text never gets into a syntax error", async (t) => {
  for (const text of [
    "password: |hunter2\n x\n",
    'a: "\\hunter2"',
    "a: [hunter2",
    "a: hunter2: x",
    "@hunter2",
  ]) {
    const lines = lintLines(text);
    t.not(lines.length, 0);
    t.notMatch(lines.join("\n"), /hunter2/, text);
  }
});

t.test("empty documents around the config and aliases in it harm nobody", async (t) => {
  const text = [
    "---",
    "apiVersion: pullcred.dev/v1",
    "kind: Config",
    "registries:",
    "- name: a",
    "  matchImages: [a.example.com]",
    "  namespaces: &teams {include: ['team-*']}",
    "  credentials: {secretRef: {name: a-creds}}",
    "- name: b",
    "  matchImages: [b.example.com]",
    "  namespaces: *teams",
    "  credentials: {secretRef: {name: b-creds}}",
    "---",
  ].join("\n");
  t.same(lintLines(text), []);
});
