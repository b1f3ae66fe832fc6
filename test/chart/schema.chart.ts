import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { chartValuesSchema } from "../../scripts/lib/chart-values-schema.ts";
import { readValuesComments } from "../../scripts/lib/values-comments.ts";
import { CHART, refusal, render, type Values } from "./lib/render.ts";
import { mapping } from "./lib/values.ts";

const withMapping = (parts: object): Values => ({ registries: [mapping("a", parts)] });

/** Values, and what helm says of them. */
const REFUSED: readonly (readonly [Values, string | RegExp])[] = [
  [{ registry: [] }, "at '': additional properties 'registry' not allowed"],
  [
    { webhook: { failurePolice: "Fail" } },
    "at '/webhook': additional properties 'failurePolice' not allowed",
  ],
  [withMapping({ matchImage: ["a"] }), "at '/registries/0': additional properties 'matchImage' not allowed"],
  [
    withMapping({ credentials: { secretRef: { name: "a", key: "b" } } }),
    "at '/registries/0/credentials/secretRef': additional properties 'key' not allowed",
  ],
  [
    withMapping({ credentials: { inline: { username: "u" } } }),
    "at '/registries/0/credentials/inline': missing property 'password'",
  ],
  [
    withMapping({ credentials: { inline: { username: "u", password: 12345 } } }),
    "at '/registries/0/credentials/inline/password': got number, want string",
  ],
  [
    { registries: [{ name: "a", matchImages: ["a.io"] }] },
    "at '/registries/0': missing property 'credentials'",
  ],
  [{ registries: [mapping("Harbor")] }, "at '/registries/0/name': 'Harbor' does not match pattern"],
  [{ registries: [mapping("a".repeat(64))] }, "at '/registries/0/name': maxLength: got 64, want 63"],
  [withMapping({ inject: "never" }), "at '/registries/0/inject': value must be one of 'matching', 'always'"],
  [{ provisioning: "lazy" }, "at '/provisioning': value must be one of 'onDemand', 'eager'"],
  [{ replicaCount: 0 }, "at '/replicaCount': minimum: got 0, want 1"],
  [{ webhook: { timeoutSeconds: 31 } }, "at '/webhook/timeoutSeconds': maximum: got 31, want 30"],
  [
    { webhook: { failurePolicy: "fail" } },
    "at '/webhook/failurePolicy': value must be one of 'Ignore', 'Fail'",
  ],
  [
    { certificates: { mode: "helm" } },
    "at '/certificates/mode': value must be one of 'self', 'cert-manager', 'files'",
  ],
  [
    { webhook: { excludedNamespaces: ["calico-*"] } },
    "at '/webhook/excludedNamespaces/0': 'calico-*' does not",
  ],
  [{ image: { digest: "latest" } }, "at '/image/digest': 'latest' does not match pattern"],
  [{ image: { tag: 1.5 } }, "at '/image/tag': got number, want string"],
  [{ fullnameOverride: "a".repeat(56) }, "at '/fullnameOverride': maxLength: got 56, want 55"],
  [{ podLabels: { a: true } }, "at '/podLabels/a': got boolean, want string"],
  [
    { podDisruptionBudget: { minAvailable: "half" } },
    "at '/podDisruptionBudget/minAvailable': 'half' does not match",
  ],
  ...["59s", "daily", "0m", "1.5h", 3_600].map(
    (interval) => [{ verification: { interval } }, "at '/verification/interval'"] as const,
  ),
  [{ verification: { insecureHosts: ["http://a.io"] } }, "at '/verification/insecureHosts/0'"],
  [{ logLevel: "verbose" }, "at '/logLevel': value must be one of"],
  [{ webhook: { matchConditions: [{ name: "a" }] } }, "missing property 'expression'"],
];

for (const [values, message] of REFUSED) {
  t.test(`refused: ${JSON.stringify(values).slice(0, 100)}`, async (t) => {
    t.match(refusal(values), message);
  });
}

t.test("a parent chart may have its own values, and its condition, here", async (t) => {
  t.ok(render({ global: { imageRegistry: "a.example.com" }, enabled: true }).objects.length > 0);
});

// biome-ignore lint/suspicious/noExplicitAny: JSON Schema, as it comes
type Schema = any;

/** The paths of everything that the schema knows and that has no keys of its own. */
function leavesOf(schema: Schema, path: readonly string[] = []): readonly string[] {
  if (schema.properties === undefined) return [path.join(".")];
  return Object.entries(schema.properties).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

const documented = readValuesComments(readFileSync(join(CHART, "values.yaml"), "utf8"));
const paths = documented.map(({ path }) => path.join("."));

t.test("values.yaml says of every value what it is for", async (t) => {
  t.same(
    documented.filter(({ description }) => !/^[A-Z].*\.$/.test(description)),
    [],
  );
});

t.test(
  "values.yaml has every value that the schema knows, and the schema every one of values.yaml",
  async (t) => {
    const ofOthers = ["enabled", "global", "apiVersion", "kind"]; // of a parent chart, and of a configuration
    const isDocumented = (leaf: string): boolean =>
      paths.some((path) => leaf === path || leaf.startsWith(`${path}.`));
    t.same(
      leavesOf(chartValuesSchema).filter((leaf) => !isDocumented(leaf)),
      ofOthers,
    );
    const keys = paths.map((path) => path.split("."));
    for (const path of keys) {
      const shape = path.reduce((outer: Schema, key) => outer?.properties?.[key], chartValuesSchema);
      t.not(shape, undefined, path.join("."));
    }
  },
);

t.test("the schema lets no unknown key pass but in what Kubernetes checks", async (t) => {
  const open: string[] = [];
  const walk = (schema: Schema, path: string): void => {
    if (schema.properties !== undefined && schema.additionalProperties !== false) open.push(path);
    for (const [key, inner] of Object.entries(schema.properties ?? {})) walk(inner, `${path}.${key}`);
    if (schema.items !== undefined) walk(schema.items, `${path}[]`);
  };
  walk(JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8")), "");
  t.same(open, [
    ".imagePullSecrets[]",
    ".extraEnv[]",
    ".extraVolumes[]",
    ".extraVolumeMounts[]",
    ".webhook.namespaceSelector.matchExpressions[]",
    ".webhook.objectSelector.matchExpressions[]",
    ".webhook.matchConditions[]",
    ".topologySpreadConstraints[]",
  ]);
});
