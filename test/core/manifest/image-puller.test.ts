import t from "tap";
import { findImagePullers } from "../../../src/core/manifest/image-puller.ts";
import { injectManifests } from "../../../src/core/manifest/inject-manifests.ts";

const inject = (text: string): ReturnType<typeof injectManifests> => injectManifests(text, () => ["new"]);
const KRUISE = "apiVersion: apps.kruise.io/v1alpha1\n";
const FLEDGED = "apiVersion: kubefledged.io/v1alpha2\nkind: ImageCache\n";

/** The manifest before and after; `+` marks the lines that are added, so that all others stand for themselves. */
const BLOCK: readonly (readonly [string, string])[] = [
  [
    "an ImagePullJob, whose secrets are bare names",
    `
${KRUISE}kind: ImagePullJob
metadata: {name: shop} # ahead of the release
spec:
+  pullSecrets:
+    - new
  # what is pulled
  image: harbor.example.com/shop:1
  completionPolicy: {type: Always}
`,
  ],
  [
    "an ImagePullJob of v1beta1 that names a secret",
    `
apiVersion: apps.kruise.io/v1beta1
kind: ImagePullJob
spec:
  image: harbor.example.com/shop:1
  pullSecrets:
  - mine # keep
+  - new
  parallelism: 10
`,
  ],
  [
    "an ImageListPullJob",
    `
${KRUISE}kind: ImageListPullJob
spec:
+  pullSecrets:
+  - new
  images:
  - harbor.example.com/shop:1
  - nginx
`,
  ],
  [
    "an ImageCache, whose secrets are references",
    `
${FLEDGED}spec:
+  imagePullSecrets:
+  - name: new
  cacheSpec:
  - images: # everywhere
    - harbor.example.com/shop:1
  - images: [nginx]
    nodeSelector: {tier: app}
`,
  ],
  [
    "an ImageCache that names a secret, in a list",
    `
apiVersion: kubefledged.io/v1alpha2
kind: ImageCacheList
items:
  - spec:
      cacheSpec: []
      imagePullSecrets:
        - name: mine
+        - name: new
`,
  ],
];

for (const [name, marked] of BLOCK) {
  t.test(`block YAML: ${name}`, async (t) => {
    const before = marked.replace(/^\+.*\n/gm, "");
    const after = marked.replace(/^\+/gm, "");
    t.match(inject(before), { ok: true, text: after });
    t.match(inject(after), { ok: true, text: after, injected: [] }, "a second time changes nothing");
  });
}

/** Specs of an ImagePullJob before and after. */
const OTHER_STYLES: readonly (readonly [string, string, string])[] = [
  ["a flow map", "{image: x}", "{pullSecrets: [new], image: x}"],
  ["a flow list", "{pullSecrets: [mine]}", "{pullSecrets: [mine, new]}"],
  ["an empty list", "{pullSecrets: []}", "{pullSecrets: [new]}"],
  ["null", "{pullSecrets: null}", "{pullSecrets: [new]}"],
  ["JSON", '{"image":"x"}', '{"pullSecrets":["new"],"image":"x"}'],
  ["a JSON list", '{"pullSecrets": ["mine"]}', '{"pullSecrets": ["mine","new"]}'],
];

t.test("bare names in other styles", async (t) => {
  for (const [name, before, after] of OTHER_STYLES) {
    const isJson = before.startsWith('{"');
    const whole = (spec: string): string =>
      isJson
        ? `{"apiVersion":"apps.kruise.io/v1alpha1","kind":"ImagePullJob","spec":${spec}}`
        : `${KRUISE}kind: ImagePullJob\nspec: ${spec}\n`;
    t.match(inject(whole(before)), { ok: true, text: whole(after) }, name);
    t.match(inject(whole(after)), { ok: true, injected: [] }, `${name}: a second time changes nothing`);
  }
});

t.test("what is decided about is a Pod that pulls the same images with the same secrets", async (t) => {
  const rows: readonly (readonly [object, readonly string[], readonly string[]])[] = [
    [{ kind: "ImagePullJob", spec: { image: "a", pullSecrets: ["s"] } }, ["a"], ["s"]],
    [{ kind: "ImagePullJob", spec: {} }, [], []],
    [{ kind: "ImageListPullJob", spec: { images: ["a", "b"] } }, ["a", "b"], []],
    [
      {
        apiVersion: "kubefledged.io/v1alpha2",
        kind: "ImageCache",
        spec: {
          cacheSpec: [{ images: ["a"] }, { images: ["b", "c"] }],
          imagePullSecrets: [{ name: "s" }],
        },
      },
      ["a", "b", "c"],
      ["s"],
    ],
    [
      {
        apiVersion: "kubefledged.io/v1alpha3",
        kind: "ImageCache",
        spec: { cacheSpec: [{ images: [{ name: "a", forceFullCache: true }] }] },
      },
      ["a"],
      [],
    ],
  ];
  for (const [object, images, secrets] of rows) {
    const [puller] = findImagePullers({ apiVersion: "apps.kruise.io/v1alpha1", ...object });
    const expected = {
      containers: images.map((image) => ({ image })),
      imagePullSecrets: secrets.map((name) => ({ name })),
    };
    t.same(puller?.podSpec, expected, JSON.stringify(object));
    t.equal(puller?.problem, null);
  }
});

t.test("what these operators would refuse is told, with its place", async (t) => {
  const rows = [
    [
      `${KRUISE}kind: ImagePullJob\nmetadata: {name: j}\nspec:\n  image: 5\n`,
      5,
      "spec.image must be a string",
    ],
    [`${KRUISE}kind: ImageListPullJob\nspec:\n  images: x\n`, 4, "spec.images must be a list"],
    [
      `${KRUISE}kind: ImageListPullJob\nspec:\n  images:\n  - x\n  - 5\n`,
      6,
      "spec.images[1] must be a string",
    ],
    [
      `${KRUISE}kind: ImagePullJob\nspec:\n  pullSecrets:\n  - name: x\n`,
      5,
      "spec.pullSecrets[0] must be a string",
    ],
    [`${KRUISE}kind: ImagePullJob\nspec:\n  pullSecrets: x\n`, 4, "spec.pullSecrets must be a list"],
    [
      `${KRUISE}kind: ImageListPullJob\nspec:\n  images:\n  - name: x\n`,
      5,
      "spec.images[0] must be a string",
    ],
    [`${KRUISE}kind: ImagePullJob\nspec: x\n`, 3, "spec must be an object"],
    [`${FLEDGED}spec:\n  cacheSpec: x\n`, 4, "spec.cacheSpec must be a list"],
    [`${FLEDGED}spec:\n  cacheSpec:\n  - x\n`, 5, "spec.cacheSpec[0] must be an object"],
    [`${FLEDGED}spec:\n  cacheSpec:\n  - images: x\n`, 5, "spec.cacheSpec[0].images must be a list"],
    [
      `${FLEDGED}spec:\n  imagePullSecrets: [x]\n`,
      4,
      "spec.imagePullSecrets[0] must be an object with a name",
    ],
  ] as const;
  for (const [text, line, problem] of rows) {
    const result = inject(text);
    if (result.ok) t.fail(`not refused: ${text}`);
    else {
      t.match(result.problems, [{ line }], text);
      const { message = "" } = result.problems[0] ?? {};
      t.ok(message.endsWith(`: ${problem}`), message);
    }
  }
  t.match(inject(rows[0][0]), { problems: [{ message: /^could not read ImagePullJob j: / }] });
});

t.test("the same kinds of other groups stay", async (t) => {
  for (const text of [
    "apiVersion: v1\nkind: ImagePullJob\nspec: {image: x}\n",
    "apiVersion: apps.kruise.io/v1alpha1\nkind: CloneSet\nspec: {image: x}\n",
    "apiVersion: apps.kruise.io/v1alpha1\nkind: ImagePullJob\n",
    "apiVersion: __proto__/v1\nkind: ImageCache\nspec: {}\n",
  ]) {
    t.same(inject(text), { ok: true, text, injected: [] }, text);
  }
});
