import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { pullcred } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";

const folder = t.testdir({
  "config.yaml": configText([{ name: "harbor", matchImages: ["harbor.example.com"] }]),
  data: {},
});
const COMMON = ["--config", join(folder, "config.yaml"), "-f"];

/** How each command is asked about a manifest, before the file's name. */
const COMMANDS: readonly (readonly string[])[] = [
  ["inject", ...COMMON],
  ["audit", ...COMMON],
  ["explain", ...COMMON],
  ["verify", "--data-dir", join(folder, "data"), ...COMMON],
  ["prepull", "--config", join(folder, "config.yaml"), "--from"],
];

const deployment = (rest: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\n${rest}`;

/** A document, with the line and column of what is wrong in it. */
type Row = readonly [text: string, line: number, column: number, problem: string];

const YAML: readonly Row[] = [
  [
    "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: hello\n",
    ...([4, 7, "Pod shop: Pod.spec must be an object"] as const),
  ],
  [
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: lost\n  spec: {}\n",
    ...([1, 1, "Pod lost: Pod.spec must be an object"] as const),
  ],
  [
    "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets: foo\n",
    ...([4, 21, "Pod: Pod.spec.imagePullSecrets must be a list"] as const),
  ],
  [
    "apiVersion: v1\nkind: PodList\nitems:\n- spec: {}\n- metadata: [x]\n  spec: {}\n",
    ...([5, 13, "Pod: Pod.metadata must be an object"] as const),
  ],
  [deployment("spec: hello\n"), 4, 7, "Deployment shop: spec must be an object"],
  [deployment("spec:\n  template: hello\n"), 5, 13, "Deployment shop: spec.template must be an object"],
  [
    deployment("spec:\n  template:\n    spec: hello\n"),
    ...([6, 11, "Deployment shop: Pod.spec must be an object"] as const),
  ],
  [
    deployment("x: &spec hello\nspec:\n  template:\n    spec: *spec\n"),
    ...([7, 11, "Deployment shop: Pod.spec must be an object"] as const),
  ],
];
const JSON_LIST: Row = [
  '{"apiVersion":"v1","kind":"List","items":[\n{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":7}]}}]}',
  ...([2, 64, "Pod: Pod.spec.containers[0].image must be a string"] as const),
];

for (const [what, rows] of [
  ["YAML", YAML],
  ["JSON", [JSON_LIST]],
] as const) {
  t.test(`every command refuses the same Pods of ${what}, with the place of each`, async (t) => {
    const file = join(folder, "pods.yaml");
    writeFileSync(file, rows.map(([text]) => text).join("---\n"));
    let first = 0;
    const expected = rows.map(([text, line, column, problem]) => {
      const place = `${file}:${first + line}:${column}`;
      first += text.split("\n").length; // its lines, and the one that ends it
      return `${place}: could not read ${problem}`;
    });
    await Promise.all(
      COMMANDS.map(async (args) => {
        const { code, stdout, stderr } = await pullcred([...args, file]);
        t.same([code, stdout], [2, ""], args.join(" "));
        const [head = "", ...lines] = stderr.trimEnd().split("\n");
        t.match(head, /^pullcred: could not (read|change) the manifests:$/, args.join(" "));
        t.same(lines, expected, args.join(" "));
      }),
    );
  });
}

t.test("a part of a workload, as patches are written, is no Pod that anybody has to read", async (t) => {
  const file = join(folder, "patch.yaml");
  for (const rest of ["spec: {replicas: 2}\n", "spec:\n  template:\n    metadata: {labels: {a: b}}\n", ""]) {
    writeFileSync(file, deployment(rest));
    const [inject, audit] = await Promise.all(COMMANDS.slice(0, 2).map((args) => pullcred([...args, file])));
    t.match(inject, { code: 0, stdout: deployment(rest) }, rest);
    t.match(audit, { code: 0, stdout: /0 Pods: / }, rest);
  }
});
