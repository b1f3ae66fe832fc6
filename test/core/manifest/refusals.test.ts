import t from "tap";
import { type InjectResult, injectManifests } from "../../../src/core/manifest/inject-manifests.ts";
import type { ManifestProblem } from "../../../src/core/manifest/problem.ts";

const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nspec:\n${spec}`;
const OTHER = "  containers: []\n";
const CONFIG_MAP = "kind: ConfigMap\ndata:\n  a: |\n    {{ x }}\n  b: '{{ x }}'\n  c: see {{ x }}\n";

const injectNew = (text: string): InjectResult => injectManifests(text, () => ["new"]);

function problemsOf(text: string): readonly ManifestProblem[] {
  const result = injectNew(text);
  return result.ok ? [] : result.problems;
}

t.test("a place that cannot take pull secrets is named with its true reason", async (t) => {
  const rows: readonly (readonly [string, string, number, RegExp])[] = [
    ["a tag in the way", pod(`  imagePullSecrets: !!null\n${OTHER}`), 4, /in the way it is laid out/],
    ["a key without a colon", pod(`  ? imagePullSecrets\n${OTHER}`), 4, /in the way it is laid out/],
    [
      "the second document",
      `${pod(OTHER)}---\n${pod(`  imagePullSecrets: !!null null\n${OTHER}`)}`,
      9,
      /in the way it is laid out/,
    ],
    [
      "a list that another place shares",
      `# c\n${pod(`  imagePullSecrets: &n [{name: a}]\n${OTHER}  volumes: *n\n`)}`,
      5,
      /share by an anchor/,
    ],
    [
      "the second document, with a list that another place shares",
      `${pod(OTHER)}---\n${pod(`  imagePullSecrets: &n [{name: a}]\n${OTHER}  volumes: *n\n`)}`,
      9,
      /share by an anchor/,
    ],
  ];
  for (const [name, text, line, message] of rows) {
    const problems = problemsOf(text);
    t.match(problems, [{ line, message }], name);
    t.equal(problems.length, 1, name);
  }
});

t.test("only what breaks at its braces is called a template", async (t) => {
  const rows: readonly (readonly [string, string, number, RegExp])[] = [
    ["an error in another document", `${CONFIG_MAP}---\nkind: Pod\na: b: c\n`, 9, /a second ": "/],
    ["an error below in the same document", `${CONFIG_MAP}d: e: f\n`, 7, /a second ": "/],
    ["a placeholder as a value", "a: b\nc: {{ .x }}\n", 2, /this is a template/],
    ["a block below a value", "a:\n  b: c\n    {{- with .x }}\n    d: e\n", 3, /this is a template/],
    ["a template behind a sound document", `${CONFIG_MAP}---\n{{- if .x }}\na: b\n`, 8, /this is a template/],
  ];
  for (const [name, text, line, message] of rows) {
    const [first] = problemsOf(text);
    t.match(first, { line, message }, name);
  }
});

t.test("one mistake is told once", async (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ["unclosed lists", "[".repeat(300)],
    ["lists over many lines", "[{\n".repeat(3_000)],
    ["JSON over many lines", `${"[\n".repeat(20_000)}${"]\n".repeat(20_000)}`],
    ["deep indentation", Array.from({ length: 3_000 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("")],
    ["a document for each", "a: {{ .x }}\nb: {{ .y }}\n"],
  ];
  for (const [name, text] of rows) {
    const problems = problemsOf(text);
    t.ok(problems.length > 0, name);
    t.equal(new Set(problems.map(({ message }) => message)).size, problems.length, name);
  }
  t.ok(problemsOf("a: b: c\n".repeat(1_000)).length <= 11, "what follows from a mistake is left out");
});

t.test("a problem of a template is shown at its place", async (t) => {
  const list =
    "kind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec:\n    containers:\n";
  const path = ["spec", "containers", 1];
  const rows: readonly (readonly [string, string, number, number])[] = [
    ["a value", `${list}    - {}\n    - x\n`, 9, 7],
    [
      "an item without a value, at its dash",
      `${list}    - {}\n    - # nothing\n    # more\n    - {}\n`,
      9,
      5,
    ],
    ["what is missing, at its parent", `${list}    - {}\n`, 8, 5],
    ["the target of an alias", `x: &c [{}, 5]\n${list.replace("containers:", "containers: *c")}`, 1, 12],
    ["JSON", '{"apiVersion":"v1","kind":"Pod",\n"spec":{"containers":[\n{},\nnull]}}', 4, 1],
  ];
  for (const [name, text, line, column] of rows) {
    const result = injectManifests(text, () => ({ path, message: "no" }));
    t.same(result, { ok: false, problems: [{ line, column, message: "no" }] }, name);
  }
});

const REFUSED: readonly (readonly [string, string, number, RegExp])[] = [
  ["YAML that is broken", 'a: b\nc: "d\n', 3, /must be closed/],
  ["a tab", "a:\n\tb: c\n", 2, /tab/],
  ["a key that stands twice", "a: 1\na: 2\n", 2, /stands twice/],
  ["an alias for nothing", "a: *none\n", 1, /alias/],
  ["a merge of nothing", "a: b\n<<: 1\n", 1, /merge key/],
  ["a template", "a: b\nspec:\n  {{- if .Values.x }}\n  c: d\n", 3, /helm template/],
  [
    "a spec that is shared",
    "apiVersion: v1\nkind: Pod\nmetadata: {x: &s {containers: []}}\nspec: *s\n",
    4,
    /write the spec out/,
  ],
  [
    "a spec that is none",
    "apiVersion: v1\nkind: Pod\nspec: secret-word\n",
    3,
    /Pod: Pod\.spec must be an object$/,
  ],
  ["a Pod without a spec", "---\napiVersion: v1\nkind: Pod\n", 2, /Pod: Pod\.spec must be an object$/],
  [
    "a template that is none",
    "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec:\n  jobTemplate: {spec: [secret-word]}\n",
    5,
    /^could not read CronJob c: spec\.jobTemplate\.spec must be an object$/,
  ],
];

t.test("what cannot be changed is refused with its place, without quoting it", async (t) => {
  for (const [name, text, line, message] of REFUSED) {
    const result = injectNew(text);
    t.match(result, { ok: false, problems: [{ line, message }] }, name);
    t.notMatch(JSON.stringify(result), "secret-word", name);
  }
  t.notMatch(JSON.stringify(injectNew('kind: Secret\npassword: "secret-word\n')), /secret-word/);
});

t.test("aliases that repeat too much, and deep nesting, are refused", async (t) => {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`,
  );
  t.match(injectNew(`a0: &a0 [x]\n${levels.join("\n")}\n`), {
    ok: false,
    problems: [{ message: /repeat too much/ }],
  });
  const deep = injectNew("[".repeat(50_000));
  t.equal(deep.ok, false);
});
