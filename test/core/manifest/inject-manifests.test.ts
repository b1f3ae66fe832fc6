import t from "tap";
import { injectManifests } from "../../../src/core/manifest/inject-manifests.ts";

const inject = (text: string): ReturnType<typeof injectManifests> => injectManifests(text, () => ["new"]);

/** The manifest before and after; `+` marks the lines that are added, so that all others stand for themselves. */
const BLOCK: readonly (readonly [string, string])[] = [
  [
    "a Pod, above its containers",
    `
apiVersion: v1
kind: Pod
metadata: {name: a} # a comment
spec:
  restartPolicy:   Always
+  imagePullSecrets:
+    - name: new
  # the containers
  containers:
    - name: "a"
      image:  'x' # another
`,
  ],
  [
    "lists that are not indented",
    `
apiVersion: v1
kind: Pod
spec:
+  imagePullSecrets:
+  - name: new
  containers:
  - image: x
`,
  ],
  [
    "a list is appended to, in its own style",
    `
apiVersion: v1
kind: Pod
spec:
  imagePullSecrets:
  - name: mine # keep
+  - name: new
  containers:
    - image: x
`,
  ],
  [
    "a list at the very end",
    `
apiVersion: v1
kind: Pod
spec:
  containers: [{image: x}]
  imagePullSecrets:
    - name: mine
+    - name: new
`,
  ],
  [
    "every document of a stream",
    `
# first
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
+      imagePullSecrets:
+        - name: new
      containers:
        - image: x
---
kind: ConfigMap
apiVersion: v1
data:
  script: |
    kind: Pod
---
# nothing here
---
apiVersion: batch/v1
kind: CronJob
spec:
  jobTemplate:
    spec:
      template:
        spec:
+          imagePullSecrets:
+            - name: new
          containers:
            - image: x
...
`,
  ],
  [
    "items of lists, also of typed ones",
    `
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: PodList
    items:
      - spec:
+          imagePullSecrets:
+            - name: new
          containers:
            - image: x
  - apiVersion: v1
    kind: Service
`,
  ],
  [
    "a spec without containers",
    `
apiVersion: v1
kind: PodTemplate
template:
  spec:
+    imagePullSecrets:
+      - name: new
    restartPolicy: Always
`,
  ],
];

for (const [name, marked] of BLOCK) {
  t.test(`block YAML: ${name}`, async (t) => {
    const before = marked.replace(/^\+.*\n/gm, "");
    const after = marked.replace(/^\+/gm, "");
    t.match(inject(before), { ok: true, text: after });
    t.match(inject(after), { ok: true, text: after, injected: [] }, "a second time changes nothing");
    const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
    t.match(inject(crlf(before)), { ok: true, text: crlf(after) }, "with Windows line ends");
  });
}

const WHOLE: readonly (readonly [string, string, string])[] = [
  [
    "a flow map",
    "{apiVersion: v1, kind: Pod, spec: {containers: [{image: x}]}}\n",
    "{apiVersion: v1, kind: Pod, spec: {imagePullSecrets: [{name: new}], containers: [{image: x}]}}\n",
  ],
  [
    "a flow list",
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets: [{name: a}]\n",
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets: [{name: a}, {name: new}]\n",
  ],
  [
    "an empty list",
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets: []\n",
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets: [{name: new}]\n",
  ],
  [
    "null",
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets: null # none\n",
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets: [{name: new}] # none\n",
  ],
  [
    "a key without a value",
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets:\n  containers: []\n",
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets: [{name: new}]\n  containers: []\n",
  ],
  [
    "no line end at the end",
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets:\n  - name: a",
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets:\n  - name: a\n  - name: new",
  ],
  [
    "minified JSON",
    '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"x"}]}}',
    '{"apiVersion":"v1","kind":"Pod","spec":{"imagePullSecrets":[{"name":"new"}],"containers":[{"image":"x"}]}}',
  ],
  [
    "JSON lines",
    '{"kind":"X"}\n{"apiVersion":"v1","kind":"Pod","spec":{"imagePullSecrets":[{"name":"a"}]}}\n',
    '{"kind":"X"}\n{"apiVersion":"v1","kind":"Pod","spec":{"imagePullSecrets":[{"name":"a"},{"name":"new"}]}}\n',
  ],
  [
    "pretty JSON",
    `${JSON.stringify({ apiVersion: "v1", kind: "Pod", spec: { a: 1, containers: [] } }, null, 2)}\n`,
    `${JSON.stringify({ apiVersion: "v1", kind: "Pod", spec: { a: 1, imagePullSecrets: [{ name: "new" }], containers: [] } }, null, 2)}\n`,
  ],
  [
    "a pretty JSON list",
    JSON.stringify({ apiVersion: "v1", kind: "Pod", spec: { imagePullSecrets: [{ name: "a" }] } }, null, 4),
    JSON.stringify(
      { apiVersion: "v1", kind: "Pod", spec: { imagePullSecrets: [{ name: "a" }, { name: "new" }] } },
      null,
      4,
    ),
  ],
  [
    "an alias for the list",
    "apiVersion: v1\nkind: Pod\nmetadata: {x: &s [{name: a}]}\nspec:\n  imagePullSecrets: *s\n",
    "apiVersion: v1\nkind: Pod\nmetadata: {x: &s [{name: a}]}\nspec:\n  imagePullSecrets: [{name: a}, {name: new}]\n",
  ],
  [
    "a list that a merge key brings",
    "apiVersion: v1\nkind: Pod\nmetadata: {x: &b {imagePullSecrets: [{name: a}]}}\nspec:\n  <<: *b\n  containers: []\n",
    "apiVersion: v1\nkind: Pod\nmetadata: {x: &b {imagePullSecrets: [{name: a}]}}\nspec:\n  <<: *b\n  imagePullSecrets:\n    - name: a\n    - name: new\n  containers: []\n",
  ],
];

t.test("other styles, whole", async (t) => {
  for (const [name, before, after] of WHOLE) {
    t.match(inject(before), { ok: true, text: after }, name);
    t.match(inject(after), { ok: true, text: after, injected: [] }, `${name}: a second time changes nothing`);
  }
});

t.test("what is no Pod template of Kubernetes stays", async (t) => {
  const rows = [
    "",
    "# only a comment\n",
    "just text\n",
    "- a\n- b\n",
    "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nspec: {template: {spec: {containers: []}}}\n",
    "apiVersion: v1\nkind: Deployment\nspec: {template: {spec: {containers: []}}}\n",
    "apiVersion: v1\nkind: constructor\n",
    "apiVersion: __proto__/v1\nkind: Pod\nspec: {}\n",
    "apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 2}\n",
    "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {metadata: {labels: {a: b}}}}\n",
    "apiVersion: batch/v1\nkind: CronJob\nspec: null\n",
    "42",
  ];
  for (const text of rows) t.same(inject(text), { ok: true, text, injected: [] }, text);
});

t.test("the decider hears of the template, and decides", async (t) => {
  const text =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: n}\n" +
    "spec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{image: x}]}}}\n";
  const heard: unknown[] = [];
  const result = injectManifests(text, (template) => {
    heard.push(template);
    return [];
  });
  t.match(result, { ok: true, text, injected: [] });
  t.match(heard, [
    {
      kind: "Deployment",
      name: "d",
      namespace: "n",
      metadata: { labels: { a: "b" } },
      spec: { containers: [{ image: "x" }] },
    },
  ]);
  t.match(inject(text), { injected: [{ kind: "Deployment", name: "d", namespace: "n", secrets: ["new"] }] });
});
