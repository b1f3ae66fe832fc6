import t from "tap";
import { readNamespace, readSecret } from "../../../src/adapters/standalone/manifest-files.ts";

t.test("a namespace is read, with the label that the API server gives it", async (t) => {
  const text =
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: team-a\n  labels: {tier: app}\n  annotations: {a: b}\n";
  t.same(readNamespace(text, "team-a"), {
    name: "team-a",
    labels: { tier: "app", "kubernetes.io/metadata.name": "team-a" },
    annotations: { a: "b" },
    terminating: false,
  });
});

t.test("a namespace on its way out is known by its phase or its deletion time", async (t) => {
  const text = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n";
  t.ok(readNamespace(`${text}status: {phase: Terminating}\n`, "a").terminating);
  t.ok(readNamespace(`${text}  deletionTimestamp: 2030-01-01T00:00:00Z\n`, "a").terminating);
});

t.test("a Secret's stringData is merged into its data", async (t) => {
  const text =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: b2xk, b: b2xk}\nstringData: {a: new}\ntype: t\n";
  t.match(readSecret(text, "team-a", "s"), {
    metadata: { name: "s", namespace: "team-a", labels: {}, annotations: {} },
    type: "t",
    data: { a: "bmV3", b: "b2xk" },
  });
});

t.test("a manifest that cannot be used is refused with the field, never with a value", async (t) => {
  const head = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";
  const rows: readonly (readonly [string, string])[] = [
    ["a: [", "not YAML at line 1, column 5"],
    ["- a", "must hold one object"],
    ["", "must hold one object"],
    ["kind: Secret\nmetadata: {name: s}\n", "apiVersion must be v1"],
    ["apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\n", "kind must be Secret"],
    ["apiVersion: v1\nkind: Secret\nmetadata: s\n", "metadata must be an object"],
    ["apiVersion: v1\nkind: Secret\nmetadata: {name: other}\n", "metadata.name must be s, like the file"],
    [
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: x}\n",
      "metadata.namespace must be team-a, like the folder",
    ],
    [`${head}type: 1\n`, "type must be a string"],
    [`${head}data: {password: 4711}\n`, 'data["password"] must be a string'],
    [`${head}stringData: [4711]\n`, "stringData must be an object"],
  ];
  for (const [text, message] of rows) t.throws(() => readSecret(text, "team-a", "s"), { message }, message);
});
